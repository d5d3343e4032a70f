public import DockerEngine
import Documents

/// A node container that exists in the engine.
public struct NodeRecord: Sendable, Hashable {
  /// The container's id.
  public let id: String
  /// The container's and the node's name.
  public let name: String
  /// The cluster it belongs to.
  public let cluster: String
  /// What the node does; nil for kind's load balancer of clusters with several control planes.
  public let role: NodeRole?
  /// The engine's state word: `running`, `exited`, `created`, …
  public let state: String
  /// The image reference the container was made from.
  public let image: String
  /// Where its API server is published on this machine; nil for workers and stopped nodes.
  public let apiServer: String?
}

extension NodeRecord {
  /// A control plane that is about to be made.
  ///
  /// - Parameter cluster: The cluster's name.
  public init(plannedFor cluster: ClusterName) {
    self.init(
      id: "", name: cluster.node(.controlPlane), cluster: cluster.text, role: .controlPlane, state: "created",
      image: "", apiServer: nil)
  }
}

/// What clusters exist. There is no file that remembers them: the engine's labels are all there is, so kind and we see
/// the same.
public struct ClusterInventory: Sendable {
  private let engine: Engine

  /// Looks at an engine.
  public init(_ engine: Engine) { self.engine = engine }

  /// The nodes of one cluster or of all, in order of name.
  ///
  /// - Parameter cluster: A cluster's name, nil for all.
  /// - Returns: Running and stopped nodes; empty if there is no such cluster.
  /// - Throws: `EngineError`.
  public func nodes(of cluster: String? = nil) async throws -> [NodeRecord] {
    let label = cluster.map { "\(Names.clusterLabel)=\($0)" } ?? Names.clusterLabel
    return try await engine.listContainers(labels: [label], all: true)
      .compactMap(NodeRecord.init(listed:)).sorted { $0.name < $1.name }
  }

  /// All clusters with their nodes, in order of name.
  public func clusters() async throws -> [(name: String, nodes: [NodeRecord])] {
    Dictionary(grouping: try await nodes(), by: \.cluster).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension NodeRecord {
  /// Reads an element of `GET /containers/json`.
  init?(listed container: Value) {
    guard let id = container["Id"].stringValue, let cluster = container["Labels"][Names.clusterLabel].stringValue,
      let name = container["Names"][0].stringValue
    else { return nil }
    self.init(
      id: id, name: name.hasPrefix("/") ? String(name.dropFirst()) : name, cluster: cluster,
      role: container["Labels"][Names.roleLabel].stringValue.flatMap(NodeRole.init(rawValue:)),
      state: container["State"].stringValue ?? "unknown", image: container["Image"].stringValue ?? "",
      apiServer: APIServerEndpoint.url(ofListed: container))
  }
}
