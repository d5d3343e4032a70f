import Glibc

/// The one program of the stand-in node: what it does depends on the name it is called by, as with BusyBox.
public enum NodeProgram {
  /// Runs until the work is done and ends the process with its status.
  public static func main() -> Never {
    signal(SIGPIPE, SIG_IGN)
    let arguments = CommandLine.arguments
    let name = String((arguments.first ?? "").split(separator: "/").last ?? "")
    exit(run(name, Array(arguments.dropFirst())))
  }

  private static func run(_ name: String, _ arguments: [String]) -> Int32 {
    switch name {
    case "entrypoint", "init": Init.run()
    case "kubeadm": Kubeadm.run(arguments)
    case "kubectl": Kubectl.run(arguments)
    case "kubelet": version("Kubernetes \(nodeVersion())")
    case "crictl": ContainerRuntime.crictl(arguments)
    case "ctr": ContainerRuntime.ctr(arguments)
    case "containerd": ContainerRuntime.containerd(arguments)
    case "systemctl": ServiceManager.systemctl(arguments)
    case "journalctl": ServiceManager.journalctl()
    case "stand-in-node" where arguments.first.map { !$0.hasPrefix("-") } == true:
      run(arguments[0], Array(arguments.dropFirst()))
    default: unknown(name)
    }
  }

  private static func version(_ text: String) -> Int32 {
    say(text)
    return 0
  }

  private static func unknown(_ name: String) -> Int32 {
    complain("stand-in-node: no program named \(name)")
    return 127
  }
}

/// The Kubernetes version of the node image.
func nodeVersion() -> String {
  (Files.text(NodeLayout.version) ?? "v1.36.1").split(separator: "\n").first.map(String.init) ?? "v1.36.1"
}

/// Options of a command line: `--name=value`, `--name value` for the names that take one, and the rest.
struct Arguments {
  private(set) var options: [String: [String]] = [:]
  private(set) var rest: [String] = []

  init(_ arguments: [String], flags: Set<String>) {
    var left = arguments[...]
    while let argument = left.popFirst() {
      guard argument.hasPrefix("-"), argument.count > 1 else {
        rest.append(argument)
        continue
      }
      let name = String(argument.drop { $0 == "-" })
      if let equals = name.firstIndex(of: "=") {
        options[String(name[..<equals]), default: []].append(String(name[name.index(after: equals)...]))
      } else if flags.contains(name) {
        options[name, default: []].append("true")
      } else {
        options[name, default: []].append(left.popFirst() ?? "")
      }
    }
  }

  subscript(_ names: String...) -> String? { names.lazy.compactMap { options[$0]?.last }.first }
}
