import Glibc
import Harness

/// Runs programs for the parts of the benchmark, each contender in a world of its own.
struct Bench {
  let settings: Settings
  /// The folder of this run: kubeconfigs and packages.
  let folder = "/tmp/idpbuilder-bench-\(getpid())"

  init(_ settings: Settings) {
    self.settings = settings
    TextFile.makeFolder(folder)
  }

  /// Everything that the settings ask for.
  ///
  /// - Returns: What was measured. A peer that fails is noted, and the others go on.
  /// - Throws: ``ProgramError`` if our own program fails.
  func run() async throws -> Samples {
    var samples = Samples()
    for (contender, path) in [
      (Contender.ours, settings.program), (.kind, settings.kind), (.peer, settings.peer),
    ] {
      guard let path, let bytes = size(of: path) else { continue }
      samples.add(.binary, contender, bytes: bytes)
      for _ in 0..<20 { samples.add(.version, contender, try await measured(contender, path, ["version"]).cpu) }
    }
    for round in 1...settings.rounds {
      if settings.parts.contains(.cluster) { try await ClusterPart(self).round(round, &samples) }
      if settings.parts.contains(.platform) { try await PlatformPart(self).round(round, &samples) }
    }
    return samples
  }

  /// The contenders of a round: alternating also in who comes first.
  func order(_ contenders: [Contender], round: Int) -> [Contender] {
    round % 2 == 1 ? contenders : contenders.reversed()
  }

  /// Runs a program to its end.
  ///
  /// - Returns: What it used.
  /// - Throws: ``ProgramError`` with all it printed if its status is not 0.
  @discardableResult
  func measured(
    _ contender: Contender, _ path: String, _ arguments: [String], input: String = "/dev/null"
  ) async throws -> ProgramResult {
    let result = try await Program.run(
      path, arguments, environment: environment(contender), input: input, limit: .seconds(900))
    guard result.status == 0 else {
      throw ProgramError("\(contender.rawValue): \(path) \(arguments.joined(separator: " ")): \(result.transcript)")
    }
    return result
  }

  /// Everybody writes a kubeconfig file of its own.
  func environment(_ contender: Contender) -> [String: String] {
    var environment = HarnessEnvironment.all
    environment["KUBECONFIG"] = "\(folder)/kubeconfig-\(contender)"
    return environment
  }
}
