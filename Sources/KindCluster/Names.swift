/// Names that users of kind, kubectl and idpbuilder rely on. kind finds clusters and nodes by the labels alone, so
/// both tools work on the same clusters as long as these stay to the letter.
///
/// Source: kind `pkg/cluster/internal/providers/docker/constants.go`, `pkg/cluster/internal/kubeconfig`.
public enum Names {
  /// Engine label with the cluster's name, on every node container.
  public static let clusterLabel = "io.x-k8s.kind.cluster"
  /// Engine label with the node's role: `control-plane` or `worker`.
  public static let roleLabel = "io.x-k8s.kind.role"
  /// The engine network that all kind nodes share.
  public static let network = "kind"
  /// The port of the API server inside the node.
  public static let apiServerPort = 6443
  /// Where the kubeadm configuration is put in the node; `kind export logs` users look for it there.
  public static let kubeadmConfiguration = "/kind/kubeadm.conf"
  /// The bootstrap token of every kind cluster; it is well known, since it only works inside the node network.
  /// Source: kind `pkg/cluster/internal/kubeadm/const.go`.
  public static let bootstrapToken = "abcdef.0123456789abcdef"

  /// The name of the cluster, user and context entries in a kubeconfig.
  public static func context(_ cluster: String) -> String { "kind-\(cluster)" }
}

/// What a node does in its cluster.
public enum NodeRole: String, Sendable, CaseIterable {
  /// Runs etcd, the API server and the controllers; also workloads if it is the only node.
  case controlPlane = "control-plane"
  /// Runs workloads.
  case worker
}
