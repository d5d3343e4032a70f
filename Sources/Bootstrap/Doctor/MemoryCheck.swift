import Documents

extension HealthCheck {
  /// `memory`: the engine has enough memory and processors for a platform.
  static let memory = HealthCheck(id: "memory", title: "memory") { context in
    MemoryCheck.findings(try await context.engine().info)
  }
}

/// What an engine has of memory and processors.
enum MemoryCheck {
  /// A control plane alone takes about 1 GiB.
  static let least: Int64 = 2 << 30
  /// Argo CD, Gitea and the ingress take about 1 GiB more, and packages want to be run on it.
  static let enough: Int64 = 4 << 30

  /// Judges the answer of `GET /info`.
  static func findings(_ info: Value) -> [CheckFinding] {
    var findings: [CheckFinding] = []
    let processors = info["NCPU"].intValue ?? 0
    if processors == 1 {
      findings.append(
        CheckFinding(
          .warning, "memory.processors", "the engine has one processor only",
          why: "the platform starts slowly, and its probes may time out",
          remedy: "give the engine's machine two processors or more"))
    }
    guard let bytes = info["MemTotal"].intValue.map(Int64.init), bytes > 0 else { return findings }
    let text = "\(MemorySize.text(bytes)) of memory"
    let remedy = "give the engine's machine (or Docker Desktop, Settings, Resources) 4 GiB or more"
    if bytes < least {
      findings.append(
        CheckFinding(
          .problem, "memory.low", "the engine has \(text)", why: "a control plane alone does not fit in", remedy: remedy
        ))
    } else if bytes < enough {
      findings.append(
        CheckFinding(
          .warning, "memory.scarce", "the engine has \(text)", why: "the platform barely fits in", remedy: remedy))
    } else {
      findings.append(
        CheckFinding(.ok, "memory.total", "\(text), \(processors) \(processors == 1 ? "processor" : "processors")"))
    }
    return findings
  }
}

/// Numbers of bytes for people.
enum MemorySize {
  /// For instance `1.9 GiB`.
  static func text(_ bytes: Int64) -> String {
    let tenths = (bytes * 10 + (1 << 29)) >> 30
    return "\(tenths / 10).\(tenths % 10) GiB"
  }
}
