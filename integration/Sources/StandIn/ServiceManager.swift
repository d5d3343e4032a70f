/// `systemctl` and `journalctl`, as far as kind and we ask them.
enum ServiceManager {
  static func systemctl(_ arguments: [String]) -> Int32 {
    let words = arguments.filter { !$0.hasPrefix("-") }
    switch words.first {
    case "is-system-running":
      say("running")
      return 0
    case "is-active":
      var worst: Int32 = 0
      for unit in words.dropFirst() {
        let active =
          !unit.hasPrefix("kubelet") || Files.exists(NodeLayout.adminConfig)
          || Files.exists("/etc/kubernetes/kubelet.conf")
        say(active ? "active" : "activating")
        if !active { worst = 3 }
      }
      return worst
    case "status": say("● \(words.dropFirst().first ?? "") - stand-in\n     Active: active (running)")
    default: break
    }
    return 0
  }

  static func journalctl() -> Int32 {
    put(Files.text(NodeLayout.bootLog) ?? "", to: 1)
    return 0
  }
}
