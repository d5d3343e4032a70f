import Diagnostics
import DockerEngine
import Documents
import FoundationEssentials
import KindCluster
import Kubernetes
import Platform

/// The options of `create`, checked: all that can be found wrong before anything is touched has been found.
struct CreateRequest: Sendable {
  let name: ClusterName
  let cluster: ClusterConfiguration
  /// Nil when only the cluster is wanted.
  let platform: PlatformRequest?
  /// Nil when only the cluster is wanted.
  let packages: PackageRequest?

  /// Checks the options and reads the files they name.
  ///
  /// - Parameters:
  ///   - options: What was asked for.
  ///   - environment: The process environment.
  ///   - progress: Told what takes time: which repositories are fetched.
  /// - Throws: `Failure` with the status `usage` or `badInput`.
  init(
    _ options: CreateOptions, environment: [String: String], progress: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws {
    name = try ClusterName(options.name)
    try PortProbe.requireAddress(options.listenAddress)
    let image = try NodeImage.resolve(image: options.nodeImage, version: options.kubeVersion)
    platform = options.clusterOnly ? nil : try PlatformRequest(options)
    var cluster = try await KindConfigurationSource.read(options, name: name, image: image, environment: environment)
    try ContainerdConfiguration.check(cluster.containerdPatches)
    if let platform { try platform.publish(options, on: &cluster) }
    if let file = options.registryConfig {
      // Where the kubelet looks for registry credentials.
      var mount = NodeConfiguration.Mount(
        hostPath: try AbsolutePath.existing(file, option: "--registry-config"),
        containerPath: "/var/lib/kubelet/config.json")
      mount.readOnly = true
      for index in cluster.nodes.indices { cluster.nodes[index].extraMounts.append(mount) }
    }
    self.cluster = cluster
    if options.clusterOnly, !options.packages.isEmpty {
      throw Failure(
        "--package needs the platform", remedy: "leave out --cluster-only, or --package", status: .usage)
    }
    if !options.usesCache, !options.preload.isEmpty {
      throw Failure(
        "--preload and --no-cache cannot be used together", cause: "the cache is where images are put beforehand",
        remedy: "leave one of them out", status: .usage)
    }
    // Last: remote packages take time to fetch.
    packages = options.clusterOnly ? nil : try await PackageRequest(options, progress: progress)
  }

  /// What the steps that build the platform need; nil when only the cluster is wanted.
  func platformRun(
    engine: Engine, kubernetes: Promise<KubernetesClient>, on contents: ClusterContents, after: [StepID] = [.apiServer],
    publishedAddress: String
  ) -> PlatformRun? {
    guard let platform else { return nil }
    return PlatformRun(
      engine: engine, clusterName: name.text, options: platform.options, customizations: platform.customizations,
      kubernetes: kubernetes, after: after, contents: contents,
      publishedAddress: publishedAddress,
      // Only a cluster with a history has something left over from earlier packages.
      customPackages: packages.flatMap { contents == .earlierRuns || !$0.sources.isEmpty ? $0 : nil })
  }
}

/// What is wanted of the platform.
struct PlatformRequest: Sendable {
  let options: PlatformOptions
  let customizations: [CorePackage: CustomizationFile]

  init(_ given: CreateOptions) throws {
    options = try PlatformOptions(
      host: given.host, ingressHost: given.ingressHost, scheme: given.scheme, port: given.port,
      usePathRouting: given.usePathRouting, usesStaticPassword: given.devPassword)
    var files: [CorePackage: CustomizationFile] = [:]
    for argument in given.packageCustomFiles {
      let (package, file) = try PackageCustomization.parse(argument: argument)
      guard files[package] == nil else {
        throw Failure(
          "-c names two files for \(package.rawValue)", remedy: "put both changes into one file", status: .usage)
      }
      let path = try AbsolutePath.existing(file, option: "-c")
      guard let data = FileManager.default.contents(atPath: path) else {
        throw Failure("the file \(file) given with -c cannot be read", status: .badInput)
      }
      files[package] = CustomizationFile(path: path, text: String(decoding: data, as: UTF8.self))
      // Template actions need the certificate only for its text, which no syntax depends on.
      _ = try PackageCustomization(
        parsing: String(decoding: data, as: UTF8.self), source: file, package: package, options: options,
        certificatePEM: "")
    }
    customizations = files
  }

  /// Refuses an existing cluster that cannot have this platform.
  ///
  /// - Parameters:
  ///   - container: The answer of `GET /containers/{name}/json` for its control plane.
  ///   - client: The cluster.
  ///   - name: The cluster's name.
  /// - Throws: `Failure` if it was built with other options or publishes no port for the platform; what the API server
  ///   answers.
  func requireFitting(_ container: Value, _ client: KubernetesClient, _ name: ClusterName) async throws {
    // Without its kind in the cluster the answer is 404 as well.
    try options.requireSame(as: await client.get(PlatformAccess.localbuilds, name.text), cluster: name.text)
    try requirePublished(container, name)
  }

  /// Refuses a cluster whose node publishes nothing that leads to the ingress: one made by kind, or with
  /// `--cluster-only`. Where the ingress is published at another port, something in front of it may have this one.
  func requirePublished(_ container: Value, _ name: ClusterName) throws(Failure) {
    let ingress = container["HostConfig"]["PortBindings"]["\(ingressPort)/tcp"]
    guard PlatformAccess.publishedAddress(of: options.port, in: container) == nil, ingress.elements.isEmpty else {
      return
    }
    throw Failure(
      "cluster \(name) cannot have the platform",
      cause: "its node publishes neither port \(options.port) of this machine nor its own port \(ingressPort), and the "
        + "ports of a container cannot be changed",
      remedy: "make it anew: idpbuilder create --name \(name) --recreate; or leave it as it is: --cluster-only",
      status: .cannotCreate)
  }

  /// Where the ingress listens in the node.
  private var ingressPort: Int { options.scheme == .https ? 443 : 80 }

  /// Publishes the platform's ports on the control plane node, and marks it as the one with the ingress.
  func publish(_ given: CreateOptions, on cluster: inout ClusterConfiguration) throws {
    var node = cluster.nodes[0]
    node.labels["ingress-ready"] = "true"
    let wanted =
      [
        PortPair(host: options.port, node: ingressPort),
        PortPair(host: Platform.Names.Gitea.sshPort, node: Platform.Names.Gitea.sshPort),
      ]
      + given.extraPorts
    for pair in wanted
    where !node.extraPortMappings.contains(where: { $0.containerPort == pair.node && $0.transport == .tcp }) {
      node.extraPortMappings.append(
        .init(containerPort: pair.node, hostPort: pair.host, listenAddress: given.listenAddress))
    }
    if let twice = Self.collision(in: node.extraPortMappings) {
      throw Failure(
        "port \(twice) is wanted twice", cause: "--port, --extra-ports and the kind configuration must differ",
        remedy: "choose another port", status: .usage)
    }
    cluster.nodes[0] = node
    cluster.containerdPatches.append(Self.registryDirectory)
  }

  /// A port of this machine that two mappings want at once.
  private static func collision(in mappings: [NodeConfiguration.PortMapping]) -> Int? {
    let fixed = mappings.filter { $0.hostPort > 0 }
    return fixed.indices.first { index in
      let binding = PortCheck.Binding(address: fixed[index].listenAddress, port: fixed[index].hostPort)
      return fixed[..<index].contains {
        $0.transport == fixed[index].transport
          && PortCheck.Binding(address: $0.listenAddress, port: $0.hostPort).overlaps(binding)
      }
    }.map { fixed[$0].hostPort }
  }

  /// Makes containerd look for registries' addresses and certificates in a directory, as idpbuilder does
  /// (`pkg/kind/resources/kind.yaml.tmpl`): there it is told of the platform's own registry.
  private static let registryDirectory = """
    [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/etc/containerd/certs.d"
    """
}

/// A path given on the command line.
enum AbsolutePath {
  /// Makes a path absolute and makes sure that a file is there.
  ///
  /// - Parameters:
  ///   - path: As given.
  ///   - option: The option it was given with, for the message.
  /// - Returns: The absolute path.
  /// - Throws: `Failure` if nothing is there, or a directory.
  static func existing(_ path: String, option: String) throws(Failure) -> String {
    let absolute = of(path)
    var isDirectory = false
    guard !path.isEmpty, FileManager.default.fileExists(atPath: absolute, isDirectory: &isDirectory) else {
      throw Failure(
        "the file \(path.isEmpty ? "''" : path) given with \(option) does not exist", remedy: "check the path",
        status: .badInput)
    }
    if isDirectory { throw Failure("\(path), given with \(option), is a directory", status: .badInput) }
    return absolute
  }

  /// The path itself if it is absolute, else the one that begins in the working directory.
  static func of(_ path: String) -> String {
    path.isAbsolutePath ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
  }
}
