import Archive
import Diagnostics
import DockerEngine
import Documents
import KindCluster

extension ClusterRun {
  /// How often a port is looked for anew when somebody takes the one that was free a moment ago.
  private static let portAttempts = 3

  /// `node`: the containers exist, run, and have their configuration, and programs can be run in them.
  func startNodes() -> Step {
    Step(.node, title: "node", after: [preparation == nil ? .nodeImage : .preparedImage]) { [self] context in
      let network = try await NodeNetwork.ensure(engine)
      context.rollBack("removing node \(cluster.nodeNames.joined(separator: ", "))") { [engine, runID] in
        try await NodeRemoval.removeAll(labels: ["\(Self.runLabel)=\(runID)"], engine)
      }
      context.collectEvidence("saving the logs of the node") { [engine, cluster] in
        let directory = EvidenceDirectory.path(cluster: cluster.name.text)
        try await NodeLogs(engine).save(cluster.nodeNames, to: directory)
        return "the node's logs are in \(directory)"
      }
      let proxy = proxyVariables(network)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (node, name) in zip(cluster.nodes, cluster.nodeNames) {
          group.addTask { [self] in
            try await start(node, name, proxy: proxy, mtu: NodeNetwork.mtu(network), context)
          }
        }
        try await group.waitForAll()
      }
      return cluster.nodeNames.joined(separator: ", ")
    }
  }

  /// What nodes are told of a proxy.
  func proxyVariables(_ network: Value) -> [String: String] {
    ProxyEnvironment.variables(
      host: environment, networking: cluster.networking, engineSubnets: NodeNetwork.subnets(network),
      nodeNames: cluster.nodeNames)
  }

  private func start(
    _ node: NodeConfiguration, _ name: String, proxy: [String: String], mtu: Int?, _ context: StepContext
  ) async throws {
    let handle = Node(engine, name: name)
    try await createAndStart(node, name, proxy: proxy, context)
    context.report("\(name) is booting")
    // The node boots while its configuration is written.
    async let booted: Void = handle.waitUntilBooted(deadline: .after(.seconds(120))) { context.report($0) }
    try await configure(node, handle, mtu: mtu)
    try await booted
  }

  private func createAndStart(
    _ node: NodeConfiguration, _ name: String, proxy: [String: String], _ context: StepContext
  ) async throws {
    var volume = try await preparation?.volumes.value()[node.image]
    for attempt in 1... {
      var request = try await request(for: node, name, proxy: proxy)
      if !options.retain { request["Labels"][Self.completionLabel] = "true" }
      if volume != nil { NodeContainer.takeEmptyVolume(&request) }
      let id = try await create(name, request, context)
      do {
        if let volume { try await fill(id, from: volume, request["Image"].stringValue ?? "", context) }
      } catch {
        if Task.isCancelled { throw error }
        // Without it everything is as it is with the engine's own copy, only later.
        context.warn("the prepared volume cannot be copied: \(error)")
        volume = nil
        try await engine.removeContainer(id, force: true, volumes: true)
        continue
      }
      try await configureContainerd(Node(engine, name: name))
      do {
        return try await engine.startContainer(name)
      } catch let error as EngineError where error.isPortTaken {
        // A port that was free when we looked is worth another look; one that the user asked for is not.
        guard cluster.networking.apiServerPort == 0, attempt < Self.portAttempts, !isRequested(error) else {
          throw Failure(
            "node \(name) cannot start: a port is taken", because: error,
            remedy: "end what listens on the port (ss -ltnp shows it), or choose another one")
        }
        try await engine.removeContainer(id, force: true, volumes: true)
      }
    }
  }

  /// How often a creation is tried again whose answer was lost.
  private static let creationLosses = 2

  /// Makes the container, even if an earlier run was killed while it made one of that name, or if the connection is lost.
  ///
  /// The engine goes on making a container whose maker has hung up. Until it is complete its name is taken, and yet
  /// nothing lists it, so that no earlier look can have seen it.
  private func create(_ name: String, _ request: Value, _ context: StepContext) async throws -> String {
    let deadline = Deadline.after(.seconds(120))
    var backoff = Backoff(first: .milliseconds(20), limit: .milliseconds(500))
    var losses = 0
    while true {
      do {
        // The engine cannot remove what it is still making; so a creation is never abandoned, even when this command is.
        let id = try await Task { [engine] in try await engine.createContainer(name: name, request) }.value
        try Task.checkCancellation()
        return id
      } catch let error as EngineError where error.isConflict {
        try Task.checkCancellation()
        switch try await holder(of: name) {
        case .thisRun(let id): return id
        case .stranger:
          throw Failure(
            "node \(name) cannot be made: the name is taken", because: error,
            remedy: "if the container is not needed: docker rm -f \(name); or choose another --name")
        case .earlierRun: context.report("waiting for the engine to give up the container of a run that was killed")
        }
        guard !deadline.hasPassed else { throw error }
      } catch let error as EngineError where error.isAnswerLost && losses < Self.creationLosses {
        // Whether it was made shows in the next attempt, which then finds the name taken.
        losses += 1
      }
      try await backoff.pause(until: deadline, awaiting: "the name \(name)")
    }
  }

  /// Who has the name of a node; the container of an earlier run is removed. No other run is making any, as the lock
  /// tells.
  private func holder(of name: String) async throws -> NameHolder {
    guard let container = try await engine.inspectContainer(name) else { return .earlierRun }
    let labels = container["Config"]["Labels"]
    let id = container["Id"].stringValue ?? name
    if labels[Self.runLabel].stringValue == runID { return .thisRun(id) }
    guard labels[Names.clusterLabel].stringValue == cluster.name.text else { return .stranger }
    do {
      try await engine.removeContainer(id, force: true, volumes: true)
    } catch let error as EngineError where error.isNotFound || error.isConflict {
      // It is gone already, or being removed.
    }
    return .earlierRun
  }

  /// Applies the user's changes to containerd's configuration, before the node has started anything.
  private func configureContainerd(_ node: Node) async throws {
    guard !cluster.containerdPatches.isEmpty else { return }
    let path = ContainerdConfiguration.path
    let present = String(decoding: try await node.read(path) ?? [], as: UTF8.self)
    let merged = try ContainerdConfiguration.merging(cluster.containerdPatches, into: present)
    try await node.write([.file(String(path.dropFirst()), text: merged)])
  }

  /// Whether the message names one of the ports that were asked for.
  private func isRequested(_ error: EngineError) -> Bool {
    cluster.nodes.flatMap(\.extraPortMappings).contains { error.message.contains(":\($0.hostPort)") }
  }

  /// The create request with free ports where none are given, and the image under the name the engine knows it by.
  func request(
    for node: NodeConfiguration, _ name: String, proxy: [String: String]
  ) async throws -> Value {
    var (cluster, node) = (cluster, node)
    let key = try await snapshotKey()
    if let prepared = try await preparation?.startImages.value()[node.image] {
      node.image = prepared
    } else {
      node.image = try await Self.find(node.image, in: engine) ?? node.image
    }
    if cluster.networking.apiServerPort <= 0 {
      cluster.networking.apiServerPort = try FreePort.find(on: cluster.networking.apiServerAddress)
    }
    for index in node.extraPortMappings.indices where node.extraPortMappings[index].hostPort <= 0 {
      node.extraPortMappings[index].hostPort = try FreePort.find(on: node.extraPortMappings[index].listenAddress)
    }
    var request = NodeContainer(cluster: cluster, node: node, name: name, engine: traits, proxy: proxy).createRequest
    request["Labels"][Self.runLabel] = .string(runID)
    if let key { request["Labels"][MadeFrom.label] = .string(key) }
    return request
  }

  /// The cluster's part of the key of snapshots; nil if the node image is not there.
  func snapshotKey() async throws -> String? {
    guard let image = try await Self.find(cluster.nodes[0].image, in: engine),
      let id = try await engine.inspectImage(image)?["Id"].stringValue
    else { return nil }
    return try SnapshotKey.cluster(cluster, image: id, preloaded: options.preload)
  }

  private func configure(_ node: NodeConfiguration, _ handle: Node, mtu: Int?) async throws {
    let (ipv4, ipv6) = try await handle.addresses()
    let wanted: [String?] =
      switch cluster.networking.ipFamily {
      case .ipv4: [ipv4]
      case .ipv6: [ipv6]
      case .dual: [ipv4, ipv6]
      }
    let addresses = wanted.compactMap(\.self)
    guard addresses.count == wanted.count else {
      throw Failure(
        "node \(handle.name) has no \(cluster.networking.ipFamily.rawValue) address",
        cause: "the engine's network '\(Names.network)' gives it \([ipv4, ipv6].compactMap(\.self))",
        remedy: "enable IPv6 in the engine, or remove the network: docker network rm \(Names.network)",
        status: .unhealthy)
    }
    guard let text = try await handle.read("/kind/version") else {
      throw Failure(
        "\(NodeImage.friendly(node.image)) is not a node image", cause: "it has no file /kind/version",
        remedy: "use an image of kind (kindest/node)", status: .badInput)
    }
    let version = try KubernetesVersion(String(decoding: text.prefix { $0 > 32 }, as: UTF8.self))
    var configuration = KubeadmConfiguration(
      cluster: cluster, node: node, nodeName: handle.name, nodeAddresses: addresses, version: version)
    configuration.rootless = traits.rootless
    configuration.cgroupV1 = traits.cgroupV1
    var files: [TarItem] = [
      .file(
        String(Names.kubeadmConfiguration.dropFirst()), text: YAML.serialize(documents: try configuration.documents()))
    ]
    // Only a single node's range is certain: with workers, the order of arrival decides.
    if cluster.nodes.count == 1, let ranges = NodeNetworkPlugin.firstNodeRanges(cluster.networking) {
      let plugin = NodeNetworkPlugin.configuration(podRanges: ranges, mtu: mtu)
      files.append(.file(String(NodeNetworkPlugin.path.dropFirst()), text: JSON.string(plugin, pretty: true)))
    }
    if node.role == .controlPlane, let address = ServiceAddress.apiServer(cluster.networking) {
      let unit = ServiceAddress.bootUnit(address)
      files.append(.file(String(unit.path.dropFirst()), text: unit.text))
    }
    try await handle.write(files)
    if node.role == .controlPlane { try await publishFacts(handle, version) }
  }

  private func publishFacts(_ handle: Node, _ version: KubernetesVersion) async throws {
    self.version.fulfil(version)
    let networkPlugin = try await handle.read(NodeManifests.networkPluginPath)
    let storage = try await handle.read(NodeManifests.storagePath)
    manifests.fulfil(
      (networkPlugin.map { String(decoding: $0, as: UTF8.self) }, storage.map { String(decoding: $0, as: UTF8.self) }))
    guard let container = try await engine.inspectContainer(handle.name), let url = APIServerEndpoint.url(of: container)
    else {
      throw Failure(
        "the API server's port of node \(handle.name) is not published",
        cause: "the engine lists no binding for port \(Names.apiServerPort)", status: .unhealthy)
    }
    server.fulfil(url)
  }
}

/// Who has the name that a node shall get.
private enum NameHolder {
  /// A container that this run made without hearing of it.
  case thisRun(String)
  /// A run that was killed; its container is removed, or not complete yet.
  case earlierRun
  /// A container that is no node of the cluster.
  case stranger
}
