import Diagnostics
import Platform

/// Looks at everything that idpbuilder needs, and at the cluster if there is one, changing nothing.
///
/// - Parameters:
///   - options: What is wanted.
///   - environment: The process environment.
/// - Returns: What was found; trouble is a finding and no error.
/// - Throws: A `Failure` if the options make no sense, `CancellationError`.
public func diagnose(_ options: DoctorOptions, environment: [String: String]) async throws -> DoctorReport {
  _ = try PlatformOptions(host: options.host, port: options.port)
  try PortProbe.requireAddress(options.listenAddress)
  let context = try DoctorContext(options, environment: environment)
  let report = await Doctor.report(Doctor.all, context)
  try Task.checkCancellation()
  return report
}

/// The checks.
enum Doctor {
  /// All of them, in the order in which they are shown.
  static let all: [HealthCheck] = [
    .engine, .cgroups, .memory, .disk, .limits, .ports, .names, .proxy, .clock, .cluster, .certificates, .platform,
    .leftovers,
  ]

  /// Those that are quick and need no cluster; `create` makes them before it makes anything.
  static let quick: [HealthCheck] = [.memory, .disk, .limits, .ports]

  /// Makes checks, all at once; one that fails hides no other.
  static func report(_ checks: [HealthCheck], _ context: DoctorContext) async -> DoctorReport {
    await withTaskGroup(of: (Int, DoctorReport.Section).self) { group in
      for (index, check) in checks.enumerated() { group.addTask { (index, await check.section(context)) } }
      var sections: [(Int, DoctorReport.Section)] = []
      for await section in group { sections.append(section) }
      return DoctorReport(
        sections: sections.sorted { $0.0 < $1.0 }.map(\.1).filter { !$0.findings.isEmpty })
    }
  }
}
