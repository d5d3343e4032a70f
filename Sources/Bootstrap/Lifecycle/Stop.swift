import Diagnostics
import DockerEngine
import KindCluster

/// Stops a cluster: its nodes end cleanly, all at once, and keep everything they have.
///
/// - Parameters:
///   - cluster: Which one.
///   - environment: The process environment.
///   - events: Told everything that happens.
/// - Returns: The names of the nodes that were stopped; empty if none ran.
/// - Throws: A `Failure`, or ``RunCancelled``.
public func stop(
  _ cluster: ClusterReference, environment: [String: String], events: EventSink
) async throws -> [String] {
  let name = try ClusterName(cluster.name)
  return try await withExclusiveUse(of: name, dockerHost: cluster.dockerHost, environment: environment) { engine in
    let nodes = try await existingNodes(of: name, engine)
    let running = nodes.filter { ["running", "paused", "restarting"].contains($0.state) }
    guard !running.isEmpty else { return [] }
    events.send(.heading("Stopping cluster \(name)"))
    let steps = running.map { node in
      Step(StepID(node.name), title: node.name) { context in
        try await Node(engine, name: node.name).stop { context.report($0) }
        return "stopped"
      }
    }
    try await Runner(events: events).run(Plan(steps))
    return running.map(\.name)
  }
}

/// The nodes of a cluster that must be there.
///
/// - Throws: `Failure` with the status `notFound` if there is none.
func existingNodes(of name: ClusterName, _ engine: Engine) async throws -> [NodeRecord] {
  let nodes = try await ClusterInventory(engine).nodes(of: name.text)
  if nodes.isEmpty {
    throw Failure("there is no cluster \(name)", remedy: "make it: idpbuilder create --name \(name)", status: .notFound)
  }
  return nodes
}
