public import Documents
import OrderedCollections

/// The configuration that `kubeadm init` and `kubeadm join` read from `/kind/kubeadm.conf`.
///
/// What kind writes (`pkg/cluster/internal/kubeadm/config.go`), as objects instead of a text template, with these
/// differences: a cluster of one node is never tainted, so nothing has to be removed afterwards; controllers and
/// scheduler elect no leader and may ask the API server as fast as they can; from v1beta4 on keys are ECDSA P-256, whose
/// making costs a tenth of RSA's time; and the kubelet is told to run on cgroup v1 where that is what the machine has
/// (from Kubernetes 1.35 on it would refuse).
public struct KubeadmConfiguration: Sendable {
  /// The cluster to be.
  public var cluster: ClusterConfiguration
  /// The node this file is for.
  public var node: NodeConfiguration
  /// The node's container and host name.
  public var nodeName: String
  /// The node's address in the node network: one for a single IP family, two for dual stack.
  public var nodeAddresses: [String]
  /// The version of the node image.
  public var version: KubernetesVersion
  /// Whether the engine runs without root privileges.
  public var rootless = false
  /// Whether the engine's host has cgroup v1.
  public var cgroupV1 = false

  /// Describes one node's kubeadm file.
  public init(
    cluster: ClusterConfiguration, node: NodeConfiguration, nodeName: String, nodeAddresses: [String],
    version: KubernetesVersion
  ) {
    self.cluster = cluster
    self.node = node
    self.nodeName = nodeName
    self.nodeAddresses = nodeAddresses
    self.version = version
  }

  /// The documents of the file with all patches applied, in kind's order.
  ///
  /// - Returns: ClusterConfiguration, InitConfiguration, JoinConfiguration, KubeletConfiguration and, unless kube-proxy
  ///   is left out, KubeProxyConfiguration.
  /// - Throws: A patch error when a patch of the user cannot be applied.
  public func documents() throws -> [Value] {
    var documents = [clusterConfiguration, initConfiguration, joinConfiguration, kubelet]
    if cluster.networking.kubeProxyMode != .none { documents.append(kubeProxy) }
    return try node.kubeadmPatches.apply(to: cluster.kubeadmPatches.apply(to: documents))
  }

  /// v1beta4 has arguments as a list with names, v1beta3 as a map.
  /// Source: kubeadm API reference, "v1beta4: extra arguments"; kind switches at 1.36 as well.
  private var usesV1Beta4: Bool { version.isAtLeast(1, 36) }
  private var apiVersion: Value { .string("kubeadm.k8s.io/" + (usesV1Beta4 ? "v1beta4" : "v1beta3")) }
  private var isSingleNode: Bool { cluster.nodes.count == 1 }
  private var isIPv6: Bool { cluster.networking.ipFamily == .ipv6 }

  private var featureGates: [String: Bool] {
    rootless ? cluster.featureGates.merging(["KubeletInUserNamespace": true]) { own, _ in own } : cluster.featureGates
  }

  private func arguments(_ pairs: [(String, String)]) -> Value {
    if usesV1Beta4 { return .array(pairs.map { ["name": .string($0.0), "value": .string($0.1)] }) }
    return .object(Object(uniqueKeysWithValues: pairs.map { ($0.0, .string($0.1)) }))
  }

  private var featureGateArgument: [(String, String)] {
    featureGates.isEmpty ? [] : [("feature-gates", joined(featureGates.mapValues { String($0) }))]
  }

  /// With one control plane there is nobody to elect: controllers and scheduler start seconds earlier.
  private var withoutElection: [(String, String)] { [("leader-elect", "false")] }

  /// Each of the fifty controllers asks for an account and a token of its own when it starts; at the default of 20
  /// requests a second the first Deployment would wait five seconds for that.
  private var quickController: [(String, String)] { [("kube-api-qps", "200"), ("kube-api-burst", "400")] }

  private func joined(_ pairs: [String: String]) -> String {
    pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }

  private var clusterConfiguration: Value {
    var document: Value = [
      "apiVersion": apiVersion, "kind": "ClusterConfiguration",
      "kubernetesVersion": .string(version.text),
      "clusterName": .string(cluster.name.text),
      "controlPlaneEndpoint": .string(cluster.controlPlaneEndpoint),
      // The API server is reached through the published port, so its certificate must be good for these as well.
      "apiServer": [
        "certSANs": ["localhost", .string(cluster.networking.apiServerAddress)],
        "extraArgs": arguments([("runtime-config", joined(cluster.runtimeConfig))] + featureGateArgument),
      ],
      "controllerManager": [
        "extraArgs": arguments(
          featureGateArgument + withoutElection + quickController + [("enable-hostpath-provisioner", "true")]
            + (isIPv6 ? [("bind-address", "::")] : []))
      ],
      "networking": [
        "podSubnet": .string(cluster.networking.podSubnet), "serviceSubnet": .string(cluster.networking.serviceSubnet),
      ],
    ]
    document["scheduler"]["extraArgs"] = arguments(
      featureGateArgument + withoutElection + (isIPv6 ? [("bind-address", "::1")] : []))
    if usesV1Beta4 { document["encryptionAlgorithm"] = "ECDSA-P256" }
    return document
  }

  private var localAPIEndpoint: Value {
    ["advertiseAddress": .string(nodeAddresses.first ?? ""), "bindPort": .integer(Int64(Names.apiServerPort))]
  }

  private var nodeRegistration: Value {
    [
      "criSocket": "unix:///run/containerd/containerd.sock",
      "kubeletExtraArgs": arguments([
        ("node-ip", nodeAddresses.joined(separator: ",")),
        ("provider-id", "kind://docker/\(cluster.name)/\(nodeName)"),
        ("node-labels", joined(node.labels)),
      ]),
    ]
  }

  private var initConfiguration: Value {
    var document: Value = [
      "apiVersion": apiVersion, "kind": "InitConfiguration",
      "bootstrapTokens": [["token": .string(Names.bootstrapToken)]],
      "localAPIEndpoint": localAPIEndpoint,
      "nodeRegistration": nodeRegistration,
      // The images are in the node already and the host is not kubeadm's to judge.
      "skipPhases": ["preflight"],
    ]
    if isSingleNode { document["nodeRegistration"]["taints"] = [] }
    if cluster.networking.kubeProxyMode == .none { document["skipPhases"] = ["preflight", "addon/kube-proxy"] }
    return document
  }

  private var joinConfiguration: Value {
    var document: Value = [
      "apiVersion": apiVersion, "kind": "JoinConfiguration",
      "nodeRegistration": nodeRegistration,
      "discovery": [
        "bootstrapToken": [
          "apiServerEndpoint": .string(cluster.controlPlaneEndpoint),
          "token": .string(Names.bootstrapToken),
          "unsafeSkipCAVerification": true,
        ]
      ],
      "skipPhases": ["preflight"],
    ]
    if node.role == .controlPlane { document["controlPlane"] = ["localAPIEndpoint": localAPIEndpoint] }
    return document
  }

  private var featureGatesValue: Value {
    .object(
      Object(
        uniqueKeysWithValues: featureGates.sorted { $0.key < $1.key }.map { ($0.key, Value.bool($0.value)) }))
  }

  private var kubelet: Value {
    var document: Value = [
      "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
      "cgroupDriver": .string(version.isAtLeast(1, 24) ? "systemd" : "cgroupfs"),
      "cgroupRoot": "/kubelet",
      "failSwapOn": false,
      // The kubelet would see the host's disk and try to free space there, which is not its business.
      "imageGCHighThresholdPercent": 100,
      "evictionHard": ["nodefs.available": "0%", "nodefs.inodesFree": "0%", "imagefs.available": "0%"],
    ]
    if isIPv6 { document["address"] = "::" }
    if isIPv6 { document["healthzBindAddress"] = "::" }
    // Known since 1.31; earlier kubelets would refuse the field.
    if cgroupV1, version.isAtLeast(1, 31) { document["failCgroupV1"] = false }
    if !featureGates.isEmpty { document["featureGates"] = featureGatesValue }
    return document
  }

  private var kubeProxy: Value {
    var document: Value = [
      "apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration",
      "mode": .string(cluster.networking.kubeProxyMode.rawValue),
      "iptables": ["minSyncPeriod": "1s"],
      // nf_conntrack_max belongs to the host.
      "conntrack": ["maxPerCore": 0],
    ]
    if cluster.networking.kubeProxyMode == .nftables, !rootless { document["conntrack"]["tcpBeLiberal"] = true }
    if rootless {
      document["conntrack"]["tcpEstablishedTimeout"] = "0s"
      document["conntrack"]["tcpCloseWaitTimeout"] = "0s"
    }
    if !featureGates.isEmpty { document["featureGates"] = featureGatesValue }
    return document
  }
}
