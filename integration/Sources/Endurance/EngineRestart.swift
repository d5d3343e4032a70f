import Documents
import Harness

/// A platform whose engine is stopped, killed, or loses its power, and started again: it must become healthy by itself.
public enum EngineRestart {
  /// How long the platform may take after the engine is there again.
  private static let limit = Duration.seconds(240)

  /// Does everything in one platform.
  /// - Parameters:
  ///   - folder: the engine's folder; ``OwnEngine/host(folder:)`` must be `DOCKER_HOST` already.
  ///   - rounds: how often each ending comes.
  ///   - report: told of each round.
  /// - Returns: how many rounds went wrong.
  /// - Throws: ``ProgramError`` if there is no engine or no platform to begin with.
  public static func run(folder: String, rounds: Int, report: @escaping (String) -> Void) async throws -> Int {
    let engine = OwnEngine(folder: folder)
    try await engine.start()
    do {
      let failures = try await Scenario.run("engineRestart") { scenario in
        let world = try await ObservedWorld(scenario)
        let created = try await scenario.start(scenario.platformArguments(), environment: world.environment).result()
        scenario.note(created.transcript)
        guard created.status == 0 else { throw ProgramError("create fails: \(created.transcript)") }
        let picture = try await PlatformPicture(world.kubernetes(), cluster: scenario.cluster)
        var failures = 0
        for ending in (1...rounds).flatMap({ _ in OwnEngine.Ending.allCases }) {
          do {
            report("\(ending.rawValue): \(try await round(ending, engine, world, picture))")
          } catch {
            failures += 1
            report("✗ \(ending.rawValue): \(error)")
            // The next round begins with a platform that works, if it can be had.
            _ = try await scenario.start(scenario.platformArguments(), environment: world.environment).result()
          }
        }
        _ = try await scenario.idpbuilder("delete", "--name", scenario.cluster)
        return failures
      }
      await engine.remove()
      return failures
    } catch {
      await engine.remove()
      throw error
    }
  }

  private static func round(
    _ ending: OwnEngine.Ending, _ engine: OwnEngine, _ world: ObservedWorld, _ picture: PlatformPicture
  ) async throws -> String {
    let scenario = world.scenario
    let secrets = try await world.secrets()
    let node = await Docker().identifier(of: scenario.cluster + "-control-plane")
    try await engine.end(ending)
    let without = try await scenario.idpbuilder("status", "--name", scenario.cluster)
    guard without.status == 69 else { throw ProgramError("status without an engine says \(without.transcript)") }
    try await engine.start()

    let start = ContinuousClock.now
    var status = try await scenario.idpbuilder("status", "--name", scenario.cluster)
    let first = status.status
    while status.status != 0 {
      guard start.duration(to: .now) < limit else { throw ProgramError("not healthy: \(status.transcript)") }
      try await Task.sleep(for: .milliseconds(500))
      status = try await scenario.idpbuilder("status", "--name", scenario.cluster)
    }
    let time = start.duration(to: .now)
    guard await Docker().identifier(of: scenario.cluster + "-control-plane") == node else {
      throw ProgramError("the node is another container")
    }
    var faults = try await KillTest.faults(world, secrets: secrets)
    faults += try await PlatformPicture(world.kubernetes(), cluster: scenario.cluster).differences(from: picture)
    let doctor = try await scenario.idpbuilder("doctor", "--name", scenario.cluster)
    if doctor.status != 0 { faults.append("doctor: \(doctor.transcript)") }
    let again = try await scenario.start(scenario.platformArguments(), environment: world.environment).result()
    if again.status != 0 { faults.append("create: \(again.transcript)") }
    guard faults.isEmpty else { throw ProgramError(faults.joined(separator: "; ")) }
    return
      "healthy by itself \(time) after the engine was there (status first said \(first)), create took \(again.duration)"
  }
}
