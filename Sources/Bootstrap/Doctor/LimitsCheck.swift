extension HealthCheck {
  /// `limits`: the kernel's limits on watches and open files; the usual cause of "too many open files" in nodes.
  static let limits = HealthCheck(id: "limits", title: "kernel limits") { context in
    guard try await context.engine().isLocal(context.system) else {
      throw NotCheckable(reason: "the engine runs on another machine")
    }
    return LimitsCheck.findings(context.system)
  }
}

/// The kernel's limits.
///
/// Source of the recommended values: <https://kind.sigs.k8s.io/docs/user/known-issues/#pod-errors-due-to-too-many-open-files>.
enum LimitsCheck {
  private struct Limit {
    let id: String
    let key: String
    let path: String
    /// Below this a single platform fails.
    let least: Int
    /// From here on several clusters work side by side.
    let recommended: Int
  }

  private static let limits = [
    Limit(
      id: "limits.inotify-watches", key: "fs.inotify.max_user_watches", path: "sys/fs/inotify/max_user_watches",
      least: 16_384, recommended: 524_288),
    Limit(
      id: "limits.inotify-instances", key: "fs.inotify.max_user_instances", path: "sys/fs/inotify/max_user_instances",
      least: 128, recommended: 512),
  ]

  static func findings(_ system: SystemView) -> [CheckFinding] {
    var findings = limits.compactMap { finding($0, system) }
    findings += openFiles(system)
    if findings.isEmpty { findings = [CheckFinding(.ok, "limits.enough", "inotify and open files: enough")] }
    return findings
  }

  private static func finding(_ limit: Limit, _ system: SystemView) -> CheckFinding? {
    guard let value = system.number(limit.path), value < limit.recommended else { return nil }
    let isLow = value < limit.least
    return CheckFinding(
      isLow ? .problem : .note, limit.id, "\(limit.key) is \(value)",
      why: isLow
        ? "nodes fail with \"too many open files\""
        : "enough for one cluster; several fail with \"too many open files\"",
      remedy: "sudo sysctl \(limit.key)=\(limit.recommended); to keep it, write "
        + "\"\(limit.key) = \(limit.recommended)\" into /etc/sysctl.d/99-idpbuilder.conf")
  }

  /// `/proc/sys/fs/file-nr` has three numbers: open files, free handles, and the limit (proc(5)).
  private static func openFiles(_ system: SystemView) -> [CheckFinding] {
    let numbers = (system.read("\(system.processRoot)/sys/fs/file-nr") ?? "").split { $0 == "\t" || $0 == "\n" }
      .compactMap { Double($0) }
    guard numbers.count == 3, numbers[2] > 0, numbers[0] / numbers[2] > 0.9 else { return [] }
    return [
      CheckFinding(
        .problem, "limits.open-files", "\(Int(numbers[0])) of \(Int(numbers[2])) files of the whole machine are open",
        why: "nodes fail with \"too many open files\"",
        remedy: "sudo sysctl fs.file-max=\(Int(min(numbers[2] * 2, 1e15))), or end what keeps them open")
    ]
  }
}
