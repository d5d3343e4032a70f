/// Paths and sockets of the stand-in node.
enum NodeLayout {
  /// Plain HTTP for the node's own programs.
  static let socket = "/run/stand-in.sock"
  /// What `kubeadm init` was told; the API server starts again from it.
  static let settings = "/etc/kubernetes/stand-in.json"
  static let adminConfig = "/etc/kubernetes/admin.conf"
  static let pki = "/etc/kubernetes/pki"
  static let journal = "/var/lib/stand-in/journal"
  static let images = "/var/lib/stand-in/images.json"
  static let version = "/kind/version"
  static let networkConfigurations = "/etc/cni/net.d"
  static let bootLog = "/run/stand-in.log"
  /// Faults that a test asks for, baked into its image: see ``Faults``.
  static let faults = "/kind/stand-in-faults.json"
}
