import Harness

/// Two creates at the same time.
public enum ConcurrentCreates {
  /// For one name: one wins, and the other says so at once.
  /// - Throws: ``ProgramError`` that names what is wrong.
  public static func sameName() async throws {
    try await Scenario.run("sameName") { scenario in
      let world = try await ObservedWorld(scenario)
      let arguments = try await scenario.createArguments()
      let programs = try (0..<2).map { _ in try scenario.start(arguments, environment: world.environment) }
      var results: [ProgramResult] = []
      for program in programs { results.append(await program.result()) }
      for result in results { scenario.note(result.transcript) }
      let losers = results.filter { $0.status != 0 }
      guard losers.count == 1, let loser = losers.first else {
        throw ProgramError("\(losers.count) of two creates of one name failed")
      }
      guard loser.status == 73, loser.errors.contains("another idpbuilder is at work on cluster") else {
        throw ProgramError("the second create says: \(loser.transcript)")
      }
      try await require(world, clusters: [scenario.cluster])
    }
  }

  /// For two names: both work, and both are in the kubeconfig.
  /// - Throws: ``ProgramError`` that names what is wrong.
  public static func twoNames() async throws {
    try await Scenario.run("twoNames") { scenario in
      let world = try await ObservedWorld(scenario)
      let names = [scenario.cluster, scenario.cluster + "-b"]
      var programs: [Program] = []
      for name in names {
        programs.append(
          try scenario.start(try await scenario.createArguments(name: name), environment: world.environment))
      }
      for program in programs {
        let result = await program.result()
        scenario.note(result.transcript)
        guard result.status == 0 else { throw ProgramError("one of two creates failed: \(result.transcript)") }
      }
      for name in names {
        guard try await world.kubernetes(name).get(.nodes, "\(name)-control-plane") != nil else {
          throw ProgramError("cluster \(name) has no node")
        }
      }
      try await require(world, clusters: names)
    }
  }

  private static func require(_ world: ObservedWorld, clusters: [String]) async throws {
    let faults = try await world.faultsOfMachine(clusters: clusters)
    guard faults.isEmpty else { throw ProgramError(faults.joined(separator: "; ")) }
  }
}
