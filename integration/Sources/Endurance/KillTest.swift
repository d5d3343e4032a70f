import Documents
import Harness

/// Kills `create`, runs it again, and requires the platform that an undisturbed run makes.
public struct KillTest: Sendable {
  /// What an undisturbed run makes.
  public let expected: PlatformPicture
  /// How many times a step starts or finishes in it.
  public let boundaries: Int
  /// How long it takes.
  public let duration: Duration

  /// Makes an undisturbed platform, and looks at it.
  /// - Throws: ``ProgramError`` if even that fails.
  public init() async throws {
    (expected, boundaries, duration) = try await Scenario.run("undisturbed") { scenario in
      let world = try await ObservedWorld(scenario)
      let arguments = try await scenario.platformArguments() + ["-o", "json"]
      let result = try await scenario.start(arguments, environment: world.environment).result()
      scenario.note(result.transcript)
      guard result.status == 0 else { throw ProgramError("an undisturbed create fails: \(result.transcript)") }
      let faults = try await Self.faults(world, secrets: nil)
      guard faults.isEmpty else { throw ProgramError("undisturbed: \(faults.joined(separator: "; "))") }
      let picture = try await PlatformPicture(world.kubernetes(), cluster: scenario.cluster)
      return (picture, Self.boundaries(in: result.output), result.duration)
    }
  }

  /// Does one kill in a world of its own.
  /// - Parameter kill: when and how.
  /// - Returns: how the kill met the program: `killed`, or `too late` if it had ended.
  /// - Throws: ``ProgramError`` that names what is wrong.
  public func run(_ kill: Kill) async throws -> String {
    try await Scenario.run("killed") { scenario in
      scenario.note("\(kill)")
      let world = try await ObservedWorld(scenario)
      let first = try await interrupted(kill, world)
      let node = "\(scenario.cluster)-control-plane"
      let container = await Docker().identifier(of: node)
      let secrets = container == nil ? nil : try await world.secrets()

      let again = try await scenario.start(scenario.platformArguments(), environment: world.environment).result()
      scenario.note("again: \(again.transcript)")
      if again.ranOutOfTime { throw ProgramError("\(kill): the next create hangs") }
      guard again.status == 0 else { throw ProgramError("\(kill): the next create fails: \(again.errors)") }
      let isSameCluster = await Docker().identifier(of: node) == container
      var faults = try await Self.faults(world, secrets: isSameCluster ? secrets : nil)
      faults += try await PlatformPicture(world.kubernetes(), cluster: scenario.cluster).differences(from: expected)
      guard faults.isEmpty else { throw ProgramError("\(kill): \(faults.joined(separator: "; "))") }
      return first.status == 0 ? "too late" : "status \(first.status)"
    }
  }

  private func interrupted(_ kill: Kill, _ world: ObservedWorld) async throws -> ProgramResult {
    let arguments = try await world.scenario.platformArguments() + ["-o", "json"]
    let program = try world.scenario.start(arguments, environment: world.environment, limit: .seconds(120))
    switch kill.moment {
    case .boundary(let number):
      _ = await program.output { Self.boundaries(in: $0) >= number }
    case .after(let time):
      // The moment is what is random here; nothing is awaited.
      try await Task.sleep(for: time)
    }
    program.signal(kill.signal.rawValue)
    let result = await program.result()
    world.scenario.note("first: \(result.transcript)")
    if result.ranOutOfTime { throw ProgramError("\(kill): the program does not end") }
    let allowed: [Int32] = kill.signal == .kill ? [137, 0] : [128 + kill.signal.rawValue, 0]
    guard allowed.contains(result.status) else {
      throw ProgramError("\(kill): the program ended with \(result.status): \(result.errors)")
    }
    return result
  }

  /// What is wrong with the machine and the platform after a `create` that succeeded.
  static func faults(_ world: ObservedWorld, secrets before: [String: Value]?) async throws -> [String] {
    var faults = try await world.faultsOfMachine(clusters: [world.scenario.cluster])
    guard let secrets = try await world.secrets() else { return faults + ["get secrets shows none"] }
    faults += try await world.faultsOfPlatform(secrets)
    for (name, secret) in before ?? [:] where secret["password"] != secrets[name]?["password"] {
      faults.append("the password of \(name) changed")
    }
    return faults
  }

  static func boundaries(in output: String) -> Int {
    output.split(separator: "\n").count {
      $0.contains(#""event":"started""#) || $0.contains(#""event":"finished""#)
    }
  }
}
