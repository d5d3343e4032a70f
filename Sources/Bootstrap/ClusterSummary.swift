/// One line of `idpbuilder get clusters`.
public struct ClusterSummary: Sendable, Hashable {
  /// The cluster's name.
  public var name: String
  /// `running`, `stopped`, or what the engine says of its nodes.
  public var status: String
  /// The Kubernetes version, where the engine knows it.
  public var version: String?
  /// Where the API server answers on this machine: `https://127.0.0.1:41235`.
  public var server: String?
  /// The containers that are its nodes.
  public var nodes: [String]

  /// Describes a cluster.
  public init(name: String, status: String, version: String?, server: String?, nodes: [String]) {
    self.name = name
    self.status = status
    self.version = version
    self.server = server
    self.nodes = nodes
  }
}
