public import Packages

/// How a cluster and the platform on it are at a moment.
public struct ClusterStatus: Sendable, Hashable {
  /// A node.
  public struct Node: Sendable, Hashable {
    /// The container's and the node's name.
    public let name: String
    /// `control-plane`, `worker`, or `load balancer`.
    public let role: String
    /// `Ready`, or what keeps it from that: `exited`, `NotReady: …`.
    public let state: String
    /// Whether that is as it should be.
    public let isHealthy: Bool
  }

  /// A component of the platform.
  public struct Component: Sendable, Hashable {
    /// `argocd`, `gitea`, `ingress-nginx`.
    public let name: String
    /// `Synced and Healthy`, or what keeps it from that.
    public let state: String
    /// Whether that is as it should be.
    public let isHealthy: Bool
  }

  /// The platform on the cluster.
  public struct Platform: Sendable, Hashable {
    /// Its components.
    public var components: [Component]
    /// The user's packages.
    public var packages: [ListedPackage]
    /// Argo CD's address.
    public var argoCDURL: String
    /// Gitea's address.
    public var giteaURL: String
    /// The whole days that its certificate is still valid, negative if it has expired; nil if there is none.
    public var certificateDays: Int?
  }

  /// The cluster's name.
  public var name: String
  /// The Kubernetes version; nil if the API server does not answer.
  public var version: String?
  /// When its control plane was made, in seconds since 1970.
  public var created: Int64?
  /// Its nodes.
  public var nodes: [Node]
  /// Why the API server cannot be asked; nil if it can.
  public var trouble: String?
  /// Nil without a platform, or if the API server cannot be asked.
  public var platform: Platform?

  /// Whether nothing is wrong. Packages count when Argo CD says that they are broken, not while they are on their way.
  public var isHealthy: Bool {
    guard trouble == nil, nodes.allSatisfy(\.isHealthy) else { return false }
    guard let platform else { return true }
    return platform.components.allSatisfy(\.isHealthy) && (platform.certificateDays ?? -1) >= 0
      && platform.packages.allSatisfy { !["Degraded", "Missing"].contains($0.health) }
  }
}
