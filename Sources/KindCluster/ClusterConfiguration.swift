public import Documents

/// What a cluster shall be: kind's v1alpha4 configuration, with its defaults filled in.
///
/// Source: kind `pkg/apis/config/v1alpha4/types.go` and `default.go`.
public struct ClusterConfiguration: Sendable, Hashable {
  /// The cluster's name.
  public var name: ClusterName
  /// The nodes; exactly one control plane, which comes first.
  public var nodes: [NodeConfiguration]
  /// Addresses and address ranges.
  public var networking = Networking()
  /// Kubernetes feature gates, for every component.
  public var featureGates: [String: Bool] = [:]
  /// The API server's `--runtime-config`.
  public var runtimeConfig: [String: String] = [:]
  /// Patches for the kubeadm documents of every node.
  public var kubeadmPatches = DocumentPatches()
  /// Patches for containerd's `config.toml`: TOML texts merged into it, then RFC 6902 patches.
  public var containerdPatches: [String] = []

  /// A cluster of one control plane node with kind's defaults.
  public init(name: ClusterName, image: String) {
    self.name = name
    nodes = [NodeConfiguration(role: .controlPlane, image: image)]
  }

  /// The container names of the nodes, in the order of ``nodes``.
  public var nodeNames: [String] {
    var counts: [NodeRole: Int] = [:]
    return nodes.map { node in
      let index = counts[node.role, default: 0]
      counts[node.role] = index + 1
      return name.node(node.role, index)
    }
  }

  /// The container name of the control plane node.
  public var controlPlaneName: String { name.node(.controlPlane) }

  /// Where the API server is reached inside the node network.
  public var controlPlaneEndpoint: String { "\(controlPlaneName):\(Names.apiServerPort)" }
}

/// One node of a ``ClusterConfiguration``.
public struct NodeConfiguration: Sendable, Hashable {
  /// What the node does.
  public var role: NodeRole
  /// The node image reference.
  public var image: String
  /// Kubernetes labels of the node.
  public var labels: [String: String] = [:]
  /// Host paths mounted into the node.
  public var extraMounts: [Mount] = []
  /// Ports of the node published on the host.
  public var extraPortMappings: [PortMapping] = []
  /// Patches for this node's kubeadm documents, after those of the cluster.
  public var kubeadmPatches = DocumentPatches()

  /// A node with kind's defaults.
  public init(role: NodeRole, image: String) {
    self.role = role
    self.image = image
  }

  /// A host path in the node; the field names are kind's.
  public struct Mount: Sendable, Hashable {
    /// How mounts made below it later spread.
    public enum Propagation: String, Sendable, CaseIterable {
      /// Not at all.
      case none = "None"
      /// From the host to the node.
      case hostToContainer = "HostToContainer"
      /// Both ways.
      case bidirectional = "Bidirectional"
    }
    /// Absolute path on the engine's host.
    public var hostPath: String
    /// Absolute path in the node.
    public var containerPath: String
    /// Whether the node may only read.
    public var readOnly = false
    /// Whether SELinux labels are rewritten.
    public var selinuxRelabel = false
    /// How mounts made below it later spread.
    public var propagation = Propagation.none

    /// A mount that can be written.
    public init(hostPath: String, containerPath: String) {
      self.hostPath = hostPath
      self.containerPath = containerPath
    }
  }

  /// A published port; the field names are kind's.
  public struct PortMapping: Sendable, Hashable {
    /// Transport protocols the engine can publish.
    public enum Transport: String, Sendable, CaseIterable {
      /// Transmission Control Protocol.
      case tcp
      /// User Datagram Protocol.
      case udp
      /// Stream Control Transmission Protocol.
      case sctp
    }
    /// The port in the node.
    public var containerPort: Int
    /// The port on the host; 0 or less lets the engine choose a free one.
    public var hostPort: Int
    /// The host address listened on; idpbuilder's default is loopback, unlike kind's 0.0.0.0.
    public var listenAddress: String
    /// The transport protocol.
    public var transport: Transport

    /// A published port.
    public init(
      containerPort: Int, hostPort: Int, listenAddress: String = "127.0.0.1", transport: Transport = .tcp
    ) {
      self.containerPort = containerPort
      self.hostPort = hostPort
      self.listenAddress = listenAddress
      self.transport = transport
    }
  }
}

/// Addresses and address ranges of a cluster.
public struct Networking: Sendable, Hashable {
  /// Which IP versions pods and services have.
  public enum IPFamily: String, Sendable, CaseIterable {
    /// IPv4 only.
    case ipv4
    /// IPv6 only.
    case ipv6
    /// Both.
    case dual
  }
  /// How kube-proxy forwards to services.
  public enum ProxyMode: String, Sendable, CaseIterable {
    /// With iptables, the default.
    case iptables
    /// With IP Virtual Server.
    case ipvs
    /// With nftables.
    case nftables
    /// kube-proxy is not installed.
    case none
  }
  /// Which IP versions pods and services have.
  public var ipFamily = IPFamily.ipv4
  /// The host address of the published API server port.
  public var apiServerAddress = "127.0.0.1"
  /// The host port of the API server; 0 lets the engine choose.
  public var apiServerPort = 0
  /// Where pod addresses come from; every node gets a part.
  public var podSubnet = "10.244.0.0/16"
  /// Where service addresses come from.
  public var serviceSubnet = "10.96.0.0/16"
  /// Leaves out kindnet, for people who bring their own network plug-in.
  public var disableDefaultCNI = false
  /// How kube-proxy forwards to services.
  public var kubeProxyMode = ProxyMode.iptables
  /// DNS search domains of the nodes, nil to inherit the engine's.
  public var dnsSearch: [String]?

  /// kind's defaults.
  public init() {}
}

/// Patches on Kubernetes-style YAML documents, matched by kind (and group and version where given).
public struct DocumentPatches: Sendable, Hashable {
  /// An RFC 6902 patch for the documents of one kind.
  public struct JSONPatch: Sendable, Hashable {
    /// API group of the documents, empty for any.
    public var group: String
    /// API version of the documents, empty for any.
    public var version: String
    /// Kind of the documents.
    public var kind: String
    /// The operations: an array of RFC 6902 objects.
    public var operations: Value

    /// A patch for documents of this group, version and kind.
    public init(group: String, version: String, kind: String, operations: Value) {
      self.group = group
      self.version = version
      self.kind = kind
      self.operations = operations
    }
  }
  /// RFC 7386 merge patches; each says the `kind` (and perhaps `apiVersion`) of the documents it is for.
  public var merge: [Value] = []
  /// RFC 6902 patches, applied after the merge patches.
  public var json: [JSONPatch] = []

  /// No patches.
  public init() {}
}
