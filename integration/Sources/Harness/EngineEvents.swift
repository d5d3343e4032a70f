/// The engine's own news of a cluster's containers, so that a test can act at a known moment.
public struct EngineEvents: Sendable {
  private let program: Program

  /// Follows the events of a cluster from now on.
  /// - Throws: ``ProgramError`` if the `docker` program cannot be started.
  public init(cluster: String) async throws {
    // From one second ago: the subscription takes a moment, and nothing of this cluster was there before.
    program = try Program(
      "docker",
      ["events", "--since", "0s", "--filter", "type=container", "--filter", "label=io.x-k8s.kind.cluster=\(cluster)"],
      environment: HarnessEnvironment.all, limit: .seconds(300))
  }

  /// Waits for an event whose line contains a text.
  public func wait(for text: String) async -> Bool { await program.output { $0.contains(text) } }

  /// All events, once the following has ended.
  public func transcript() async -> String { await program.result().output }

  /// Ends the following.
  public func stop() { program.signal(15) }
}
