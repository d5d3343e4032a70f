import Documents
import Glibc
import NodeServer

extension Kubeadm {
  /// What a kubeadm configuration file says, as far as it matters here.
  struct Configuration {
    var cluster: Value = [:]
    var initialization: Value = [:]
    var joining: Value = [:]
    var kubelet = ""
    private var kubeProxy = ""
    private var clusterText = ""
    private var skipped: [String] = []

    /// The file holds the documents of both `init` and `join`.
    private var registration: Value { (joins ? joining : initialization)["nodeRegistration"] }
    private let joins: Bool

    init(path: String, commandLine: Arguments) throws {
      joins = commandLine.rest.first == "join"
      guard let text = Files.text(path) else {
        throw Refusal("unable to read config from \"\(path)\": open \(path): no such file or directory")
      }
      let minor = Int(nodeVersion().split(separator: ".").dropFirst().first ?? "36") ?? 36
      for document in try YAML.parseAll(text, source: path) {
        let value = document.value
        let kind = value["kind"].stringValue ?? ""
        let version = value["apiVersion"].stringValue ?? ""
        if version.hasPrefix("kubeadm.k8s.io/") {
          let known = minor >= 36 ? ["v1beta4"] : minor >= 31 ? ["v1beta3", "v1beta4"] : ["v1beta3"]
          guard known.contains(String(version.dropFirst(15))) else {
            throw Refusal(
              "no kind \"\(kind)\" is registered for version \"\(version)\" in scheme \"k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm/scheme\""
            )
          }
        }
        switch kind {
        case "ClusterConfiguration":
          cluster = value
          clusterText = YAML.serialize(value)
        case "InitConfiguration": initialization = value
        case "JoinConfiguration": joining = value
        case "KubeletConfiguration": kubelet = YAML.serialize(value)
        case "KubeProxyConfiguration": kubeProxy = YAML.serialize(value)
        default:
          complain("[config] WARNING: Ignored configuration document with GroupVersionKind \(version), Kind=\(kind)")
        }
      }
      skipped = initialization["skipPhases"].elements.compactMap(\.stringValue)
      skipped += (commandLine["skip-phases"] ?? "").split(separator: ",").map(String.init)
    }

    var version: String { cluster["kubernetesVersion"].stringValue ?? nodeVersion() }

    var nodeName: String {
      registration["name"].stringValue ?? hostName()
    }

    private var endpoint: String { cluster["controlPlaneEndpoint"].stringValue ?? "\(nodeName):6443" }

    private var port: Int { initialization["localAPIEndpoint"]["bindPort"].intValue ?? 6443 }

    /// `kubeletExtraArgs`: an object in v1beta3, a list of names and values in v1beta4.
    func kubeletArgument(_ name: String) -> String? {
      let arguments = registration["kubeletExtraArgs"]
      return arguments[name].stringValue
        ?? arguments.elements.first { $0["name"].stringValue == name }?["value"].stringValue
    }

    var address: String {
      (kubeletArgument("node-ip") ?? initialization["localAPIEndpoint"]["advertiseAddress"].stringValue ?? "127.0.0.1")
        .split(separator: ",").first.map(String.init) ?? "127.0.0.1"
    }

    var labels: Value {
      var labels: Value = [:]
      for pair in (kubeletArgument("node-labels") ?? "").split(separator: ",") {
        let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        labels[String(sides[0])] = .string(sides.count > 1 ? String(sides[1]) : "")
      }
      return labels
    }

    /// The names and addresses of the API server's certificate.
    var alternativeNames: (names: [String], addresses: [String]) {
      let host = endpoint.split(separator: ":").first.map(String.init) ?? nodeName
      var all =
        [nodeName, host, address, "127.0.0.1"] + cluster["apiServer"]["certSANs"].elements.compactMap(\.stringValue)
      let prefix = serviceSubnet.split(separator: ".").prefix(3).joined(separator: ".")
      all.append(prefix + ".1")
      var names: [String] = []
      var addresses: [String] = []
      for name in all {
        let isAddress = name.contains(":") || name.allSatisfy { $0 == "." || ("0"..."9").contains($0) }
        if isAddress, !addresses.contains(name) { addresses.append(name) }
        if !isAddress, !names.contains(name) { names.append(name) }
      }
      return (names, addresses)
    }

    private var serviceSubnet: String { cluster["networking"]["serviceSubnet"].stringValue ?? "10.96.0.0/16" }

    /// What the API server needs to start, now and after a restart.
    func settings(clusterInfo: String) -> Value {
      [
        "version": .string(nodeVersion()), "nodeName": .string(nodeName), "address": .string(address),
        "port": Value(port),
        "serviceSubnet": .string(serviceSubnet), "nodeLabels": labels, "skipPhases": Value(skipped),
        "clusterConfiguration": .string(clusterText), "kubeletConfiguration": .string(kubelet),
        "kubeProxyConfiguration": .string(kubeProxy), "clusterInfo": .string(clusterInfo),
        "taints": registration["taints"],
        "token": initialization["bootstrapTokens"][0]["token"],
      ]
    }

    func clusterInfo(_ authority: Identity) -> String {
      YAML.serialize([
        "apiVersion": "v1", "kind": "Config",
        "clusters": [
          [
            "name": "",
            "cluster": [
              "certificate-authority-data": .string(Base64.encode(authority.certificate)),
              "server": .string("https://\(endpoint)"),
            ],
          ]
        ],
      ])
    }

    func kubeconfig(_ authority: Identity, user: String, _ identity: Identity) -> String {
      let name = cluster["clusterName"].stringValue ?? "kubernetes"
      return YAML.serialize([
        "apiVersion": "v1", "kind": "Config", "preferences": [:],
        "clusters": [
          [
            "cluster": [
              "certificate-authority-data": .string(Base64.encode(authority.certificate)),
              "server": .string("https://\(endpoint)"),
            ], "name": .string(name),
          ]
        ],
        "contexts": [
          ["context": ["cluster": .string(name), "user": .string(user)], "name": .string("\(user)@\(name)")]
        ],
        "current-context": .string("\(user)@\(name)"),
        "users": [
          [
            "name": .string(user),
            "user": [
              "client-certificate-data": .string(Base64.encode(identity.certificate)),
              "client-key-data": .string(Base64.encode(identity.key)),
            ],
          ]
        ],
      ])
    }
  }

  static func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    gethostname(&buffer, 255)
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
