public import Diagnostics
import Documents

/// A cluster configuration file in kind's format, `kind.x-k8s.io/v1alpha4`.
///
/// Source: kind `pkg/apis/config/v1alpha4/types.go`; rules from `pkg/internal/apis/config/validate.go`. Unknown fields
/// and wrong types are errors, as they are for kind. Clusters with several control planes are not made yet.
public enum KindConfigurationFile {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - text: The file's content.
  ///   - source: The file's name or URL, for messages.
  ///   - name: The cluster's name, which wins over the file's.
  ///   - image: The image of nodes that name none.
  ///   - listenAddress: The host address of port mappings that name none.
  /// - Returns: The configuration with kind's defaults filled in.
  /// - Throws: ``Diagnostics/Failure`` that lists every fault with line and column.
  public static func read(
    _ text: String, source: String, name: ClusterName, image: String, listenAddress: String = "127.0.0.1"
  ) throws(Failure) -> ClusterConfiguration {
    let faults = FieldReader.Faults()
    var configuration = ClusterConfiguration(name: name, image: image)
    do throws(DocumentError) {
      let documents = try YAML.parseAll(text, source: source).filter { !$0.value.isNull }
      guard let document = documents.first, documents.count == 1 else {
        throw DocumentError(source: source, "expected one document, found \(documents.count)")
      }
      let texts = try YAML.parseAll(text, source: source, scalarsAreTexts: true).first { $0.index == document.index }
      var reader = Reader(
        fields: FieldReader(document, texts: texts?.value ?? .null, faults: faults), image: image,
        listenAddress: listenAddress)
      reader.read(into: &configuration)
    } catch {
      faults.errors.append(error)
    }
    guard faults.errors.isEmpty else {
      throw Failure(
        "\(source) is not a kind configuration",
        cause: faults.errors.sorted { ($0.position ?? start) < ($1.position ?? start) }.map(\.description)
          .joined(separator: "\n"),
        remedy: "the format is described at https://kind.sigs.k8s.io/docs/user/configuration/", status: .badInput)
    }
    return configuration
  }

  private static let start = Position(line: 0, column: 0)
}

private struct Reader {
  var fields: FieldReader
  let image: String
  let listenAddress: String

  mutating func read(into cluster: inout ClusterConfiguration) {
    if fields.string("kind") != "Cluster" { fields.fault("kind", "kind must be Cluster") }
    if fields.string("apiVersion") != "kind.x-k8s.io/v1alpha4" {
      fields.fault("apiVersion", "apiVersion must be kind.x-k8s.io/v1alpha4")
    }
    // The command line's name wins, as in idpbuilder; the field is legal all the same.
    _ = fields.string("name")
    var networking = fields.object("networking")
    cluster.networking = Self.networking(&networking)
    cluster.featureGates = fields.bools("featureGates")
    cluster.runtimeConfig = fields.texts("runtimeConfig")
    cluster.kubeadmPatches = Self.patches(&fields)
    cluster.containerdPatches = fields.strings("containerdConfigPatches") ?? []
    if !(fields.strings("containerdConfigPatchesJSON6902") ?? []).isEmpty {
      fields.fault(
        "containerdConfigPatchesJSON6902",
        "RFC 6902 patches for containerd are not supported; use containerdConfigPatches")
    }
    let nodes = fields.objects("nodes")
    if !nodes.isEmpty { cluster.nodes = nodes.map { node($0) } }
    check(cluster)
    // The control plane comes first wherever it stands in the file; the others keep their order.
    cluster.nodes = cluster.nodes.filter { $0.role == .controlPlane } + cluster.nodes.filter { $0.role == .worker }
    fields.finish()
  }

  private func check(_ cluster: ClusterConfiguration) {
    let controlPlanes = cluster.nodes.count { $0.role == .controlPlane }
    if controlPlanes == 0 { fields.fault("nodes", "one node must have the role control-plane") }
    if controlPlanes > 1 {
      fields.fault("nodes", "\(controlPlanes) control planes are asked for; only one is supported so far")
    }
    var taken: [String: Int] = [:]
    for mapping in cluster.nodes.flatMap(\.extraPortMappings) where mapping.hostPort > 0 {
      taken["\(mapping.listenAddress):\(mapping.hostPort)/\(mapping.transport.rawValue)", default: 0] += 1
    }
    for (port, count) in taken.sorted(by: { $0.key < $1.key }) where count > 1 {
      fields.fault("nodes", "the host port \(port) is mapped \(count) times")
    }
  }

  private func node(_ start: FieldReader) -> NodeConfiguration {
    var fields = start
    var node = NodeConfiguration(role: fields.choice("role", NodeRole.self) ?? .controlPlane, image: image)
    if let own = fields.string("image"), !own.isEmpty { node.image = own }
    node.labels = fields.texts("labels")
    node.extraMounts = fields.objects("extraMounts").map { mount($0) }
    node.extraPortMappings = fields.objects("extraPortMappings").map { portMapping($0) }
    node.kubeadmPatches = Self.patches(&fields)
    fields.finish()
    return node
  }

  private func mount(_ start: FieldReader) -> NodeConfiguration.Mount {
    var fields = start
    var mount = NodeConfiguration.Mount(
      hostPath: fields.string("hostPath") ?? "", containerPath: fields.string("containerPath") ?? "")
    mount.readOnly = fields.bool("readOnly") ?? false
    mount.selinuxRelabel = fields.bool("selinuxRelabel") ?? false
    mount.propagation = fields.choice("propagation", NodeConfiguration.Mount.Propagation.self) ?? .none
    if mount.hostPath.isEmpty { fields.fault("hostPath", "hostPath is missing") }
    if mount.containerPath.isEmpty { fields.fault("containerPath", "containerPath is missing") }
    fields.finish()
    return mount
  }

  private func portMapping(_ start: FieldReader) -> NodeConfiguration.PortMapping {
    var fields = start
    let containerPort = fields.port("containerPort", or: 0)
    let hostPort = fields.port("hostPort", or: 0)
    let address = fields.string("listenAddress") ?? listenAddress
    let transport = (fields.string("protocol") ?? "TCP").lowercased()
    if containerPort < 1 { fields.fault("containerPort", "containerPort is missing") }
    let known = NodeConfiguration.PortMapping.Transport(rawValue: transport)
    if known == nil { fields.fault("protocol", "'\(transport)' is not one of TCP, UDP, SCTP") }
    fields.finish()
    return .init(containerPort: containerPort, hostPort: hostPort, listenAddress: address, transport: known ?? .tcp)
  }

  private static func networking(_ fields: inout FieldReader) -> Networking {
    var networking = Networking()
    networking.ipFamily = fields.choice("ipFamily", Networking.IPFamily.self) ?? .ipv4
    if networking.ipFamily == .ipv6 {
      networking.apiServerAddress = "::1"
      networking.podSubnet = "fd00:10:244::/56"
      networking.serviceSubnet = "fd00:10:96::/112"
    } else if networking.ipFamily == .dual {
      networking.podSubnet = "10.244.0.0/16,fd00:10:244::/56"
      networking.serviceSubnet = "10.96.0.0/16,fd00:10:96::/112"
    }
    networking.apiServerPort = fields.port("apiServerPort", or: 0)
    networking.apiServerAddress = fields.string("apiServerAddress") ?? networking.apiServerAddress
    networking.podSubnet = fields.string("podSubnet") ?? networking.podSubnet
    networking.serviceSubnet = fields.string("serviceSubnet") ?? networking.serviceSubnet
    networking.disableDefaultCNI = fields.bool("disableDefaultCNI") ?? false
    networking.kubeProxyMode = fields.choice("kubeProxyMode", Networking.ProxyMode.self) ?? .iptables
    networking.dnsSearch = fields.strings("dnsSearch")
    for (name, ranges) in [("podSubnet", networking.podSubnet), ("serviceSubnet", networking.serviceSubnet)] {
      if let problem = AddressRange.problem(in: ranges, for: networking.ipFamily) { fields.fault(name, problem) }
    }
    fields.finish()
    return networking
  }

  /// Patches are YAML or JSON texts within the file; a fault in one is reported at the text's place.
  private static func patches(_ fields: inout FieldReader) -> DocumentPatches {
    var patches = DocumentPatches()
    for (index, text) in (fields.strings("kubeadmConfigPatches") ?? []).enumerated() {
      let place = fields.pointer.appending("kubeadmConfigPatches").appending(index)
      if let patch = parsed(text, &fields, place) {
        if patch["kind"].stringValue == nil {
          fields.faults.errors.append(fields.document.error(at: place, "the patch does not say for which kind it is"))
        }
        patches.merge.append(patch)
      }
    }
    for start in fields.objects("kubeadmConfigPatchesJSON6902") {
      var entry = start
      let text = entry.string("patch")
      let (group, version) = (entry.string("group") ?? "", entry.string("version") ?? "")
      let kind = entry.string("kind") ?? ""
      if kind.isEmpty { entry.fault("kind", "kind is missing") }
      if text == nil { entry.fault("patch", "patch is missing") }
      if let text, let operations = parsed(text, &entry, entry.pointer.appending("patch")) {
        patches.json.append(.init(group: group, version: version, kind: kind, operations: operations))
      }
      entry.finish()
    }
    return patches
  }

  private static func parsed(_ text: String, _ fields: inout FieldReader, _ place: Pointer) -> Value? {
    do {
      return try YAML.parse(text).value
    } catch {
      fields.faults.errors.append(fields.document.error(at: place, "the patch cannot be read: \(error)"))
      return nil
    }
  }
}
