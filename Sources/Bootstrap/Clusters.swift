import Diagnostics
import DockerEngine
import KindCluster

/// The clusters of the engine, by name, those of kind included.
///
/// - Parameters:
///   - dockerHost: Where the Docker Engine listens; nil for the usual places.
///   - environment: The process environment.
/// - Returns: One summary each.
/// - Throws: A `Failure`.
public func clusters(dockerHost: String?, environment: [String: String]) async throws -> [ClusterSummary] {
  let engine = try await connectEngine(dockerHost, environment)
  var summaries: [ClusterSummary] = []
  for (name, nodes) in try await ClusterInventory(engine).clusters() {
    let controlPlane = nodes.first { $0.role == .controlPlane }
    var server: String?
    var version: String?
    if let controlPlane, let container = try await engine.inspectContainer(controlPlane.name) {
      server = APIServerEndpoint.url(of: container)
      version = try await kubernetesVersion(of: controlPlane, engine)
    }
    summaries.append(
      ClusterSummary(
        name: name, status: status(ofNodes: nodes.map(\.state)), version: version, server: server,
        nodes: nodes.map(\.name)))
  }
  return summaries
}

/// The version as the node image itself notes it, which works for stopped nodes too.
private func kubernetesVersion(of node: NodeRecord, _ engine: Engine) async throws -> String? {
  guard let text = try await Node(engine, name: node.name).read("/kind/version") else { return nil }
  return String(decoding: text.prefix { $0 > 32 }, as: UTF8.self)
}

/// The engine's word for the nodes where it has one for all of them.
func status(ofNodes states: [String]) -> String {
  let states = Set(states)
  if states.count == 1, let state = states.first, state != "exited" { return state }
  return states.contains("running") ? "partly stopped" : "stopped"
}
