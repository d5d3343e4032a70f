import Diagnostics
import DockerEngine
import KindCluster

/// The quick checks that `create` makes before it makes anything.
enum Preflight {
  /// Looks at the engine's machine.
  ///
  /// - Parameters:
  ///   - options: What `create` was asked for.
  ///   - engine: The engine, connected.
  ///   - environment: The process environment.
  ///   - events: Told what would hurt.
  /// - Throws: `Failure` for a port of the platform that is taken: nothing is made then.
  static func run(
    _ options: CreateOptions, _ engine: Engine, environment: [String: String], events: EventSink
  ) async throws {
    var given = DoctorOptions()
    given.name = options.name
    given.port = options.port
    given.listenAddress = options.listenAddress
    let context = try DoctorContext(given, environment: environment, engine: engine)
    let checks = options.clusterOnly ? Doctor.quick.filter { $0.id != HealthCheck.ports.id } : Doctor.quick
    var findings = await Doctor.report(checks, context).sections.flatMap(\.findings)
    // The engine lets go of the ports of a container a moment after it has removed it, and gives no notice of that.
    var backoff = Backoff(first: .milliseconds(50), limit: .milliseconds(400))
    let deadline = Deadline.after(.seconds(3))
    while findings.contains(where: isBeingFreed), !deadline.hasPassed {
      try await backoff.pause(until: deadline, awaiting: "the engine to free ports")
      findings = await Doctor.report(checks, context).sections.flatMap(\.findings)
    }
    try Task.checkCancellation()
    let taken = findings.filter { $0.id == "ports.taken" }
    if let first = taken.first {
      // All at once, so that nobody mends one to meet the next.
      throw Failure(
        first.what, cause: (taken.dropFirst().map(\.what) + [first.why].compactMap(\.self)).joined(separator: "\n"),
        remedy: taken.compactMap(\.remedy).joined(separator: "; "), state: "nothing was made", status: .cannotCreate)
    }
    for finding in findings where finding.level >= .warning {
      events.send(.warning([finding.what, finding.why, finding.remedy].compactMap(\.self).joined(separator: "; ")))
    }
  }

  /// Whether the engine itself has a port that none of its containers publishes.
  private static func isBeingFreed(_ finding: CheckFinding) -> Bool {
    finding.id == "ports.taken" && finding.what.contains("docker-proxy")
  }
}
