public import Documents
import OrderedCollections

/// What of the engine's host decides how node containers are made.
public struct EngineTraits: Sendable, Hashable {
  /// The engine runs without root privileges.
  public var rootless = false
  /// The engine remaps user ids; nodes opt out of it.
  public var userNamespaces = false
  /// The storage needs `/dev/mapper` in the node (btrfs, zfs, devicemapper, or an xfs backing file system).
  public var needsDeviceMapper = false
  /// The host has cgroup version 1.
  public var cgroupV1 = false

  /// A root engine on ext4 with cgroup v2.
  public init() {}

  /// Reads the traits from the answer of `GET /info`.
  ///
  /// Source: kind `pkg/cluster/internal/providers/docker/util.go` (`mountDevMapper`, `usernsRemap`, `mountFuse`).
  public init(info: Value) {
    let options = (info["SecurityOptions"].arrayValue ?? []).compactMap(\.stringValue)
      .flatMap { $0.split(separator: ",") }
    rootless = options.contains("name=rootless")
    userNamespaces = options.contains("name=userns")
    cgroupV1 = info["CgroupVersion"].stringValue == "1"
    let driver = (info["Driver"].stringValue ?? "").lowercased()
    let backing = (info["DriverStatus"].arrayValue ?? [])
      .first { $0[0].stringValue == "Backing Filesystem" }?[1].stringValue?.lowercased()
    needsDeviceMapper =
      !rootless
      && (["btrfs", "zfs", "devicemapper"].contains(driver) || ["btrfs", "zfs", "xfs"].contains(backing ?? ""))
  }
}

/// The container of one node, as the engine's create request.
///
/// The same container that `kind` makes (`pkg/cluster/internal/providers/docker/provision.go`, `commonArgs` and
/// `runArgsForNode`), so that either tool can take over the other's nodes.
public struct NodeContainer: Sendable {
  /// The cluster to be.
  public var cluster: ClusterConfiguration
  /// The node.
  public var node: NodeConfiguration
  /// The container and host name.
  public var name: String
  /// What of the engine's host matters.
  public var engine: EngineTraits
  /// Proxy variables, see ``ProxyEnvironment``.
  public var proxy: [String: String]

  /// Describes the container of a node.
  public init(
    cluster: ClusterConfiguration, node: NodeConfiguration, name: String, engine: EngineTraits,
    proxy: [String: String] = [:]
  ) {
    self.cluster = cluster
    self.node = node
    self.name = name
    self.engine = engine
    self.proxy = proxy
  }

  /// The body of `POST /containers/create`.
  ///
  /// Source of the fields: Docker Engine API v1.41, `ContainerCreate`.
  public var createRequest: Value {
    [
      "Image": .string(node.image),
      "Hostname": .string(name),
      "Tty": true,
      "Env": .array(environment.map { .string("\($0.0)=\($0.1)") }),
      "Labels": [
        Names.clusterLabel: .string(cluster.name.text), Names.roleLabel: .string(node.role.rawValue),
      ],
      // An anonymous volume: pods, logs and images do not belong on the container's copy-on-write file system.
      "Volumes": ["/var": [:]],
      "ExposedPorts": .object(
        Object(portBindings.map { ($0.port, Value.object([:])) }, uniquingKeysWith: { first, _ in first })),
      "HostConfig": hostConfig,
      "NetworkingConfig": ["EndpointsConfig": [Names.network: [:]]],
    ]
  }

  private var environment: [(String, String)] {
    var variables = proxy.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    if node.role == .controlPlane { variables.append(("KUBECONFIG", "/etc/kubernetes/admin.conf")) }
    if let search = cluster.networking.dnsSearch {
      variables.append(("KIND_DNS_SEARCH", search.joined(separator: " ")))
    }
    return variables
  }

  private var hostConfig: Value {
    var config: Value = [
      "Privileged": true,
      "SecurityOpt": ["seccomp=unconfined", "apparmor=unconfined"],
      "Tmpfs": ["/tmp": "", "/run": ""],
      "Binds": .array(binds.map { .string($0) }),
      "PortBindings": .object(
        Object(
          portBindings.map { ($0.port, Value.array([$0.binding])) },
          uniquingKeysWith: { .array(($0.arrayValue ?? []) + ($1.arrayValue ?? [])) })),
      "NetworkMode": .string(Names.network),
      // Comes back after a restart of the engine or the machine, but is not retried for ever when it is broken.
      "RestartPolicy": ["Name": "on-failure", "MaximumRetryCount": 1],
      // The engine may be set to put its own init first; the node's systemd must be process 1.
      "Init": false,
      "CgroupnsMode": "private",
    ]
    if cluster.networking.ipFamily != .ipv4 {
      config["Sysctls"] = ["net.ipv6.conf.all.disable_ipv6": "0", "net.ipv6.conf.all.forwarding": "1"]
    }
    if engine.userNamespaces { config["UsernsMode"] = "host" }
    if engine.rootless {
      config["Devices"] = [
        ["PathOnHost": "/dev/fuse", "PathInContainer": "/dev/fuse", "CgroupPermissions": "rwm"]
      ]
    }
    return config
  }

  private var binds: [String] {
    ["/lib/modules:/lib/modules:ro"] + (engine.needsDeviceMapper ? ["/dev/mapper:/dev/mapper"] : [])
      + node.extraMounts.map { mount in
        var attributes: [String] = []
        if mount.readOnly { attributes.append("ro") }
        if mount.selinuxRelabel { attributes.append("Z") }
        switch mount.propagation {
        case .none: break
        case .hostToContainer: attributes.append("rslave")
        case .bidirectional: attributes.append("rshared")
        }
        let suffix = attributes.isEmpty ? "" : ":" + attributes.joined(separator: ",")
        return "\(mount.hostPath):\(mount.containerPath)\(suffix)"
      }
  }

  private var portBindings: [(port: String, binding: Value)] {
    var mappings = node.extraPortMappings
    if node.role == .controlPlane {
      mappings.append(
        .init(
          containerPort: Names.apiServerPort, hostPort: cluster.networking.apiServerPort,
          listenAddress: cluster.networking.apiServerAddress))
    }
    return mappings.map { mapping in
      (
        "\(mapping.containerPort)/\(mapping.transport.rawValue)",
        // With an empty port the engine would choose another one at every start of the container, and the kubeconfig
        // would point nowhere; the caller has replaced it by a free one before.
        ["HostIp": .string(mapping.listenAddress), "HostPort": .string(String(max(0, mapping.hostPort)))]
      )
    }
  }
}
