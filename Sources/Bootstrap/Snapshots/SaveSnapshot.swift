import Certificates
import Diagnostics
import DockerEngine
import Documents
public import KindCluster
import Kubernetes
import Platform

/// What `idpbuilder snapshot save` was asked for.
public struct SaveOptions: Sendable, Hashable {
  /// The cluster's name.
  public var name = "localdev"
  /// The snapshot's name; nil for one made of the time.
  public var snapshot: String?
  /// How many snapshots of the cluster are kept; older ones are removed.
  public var keep = 3
  /// The kubeconfig file to write; nil for `KUBECONFIG` or `~/.kube/config`.
  public var kubeconfig: String?
  /// Where the Docker Engine listens; nil for `DOCKER_HOST`, the current docker context or the usual sockets.
  public var dockerHost: String?

  /// The defaults.
  public init() {}
}

/// Saves a healthy cluster as a snapshot. Its node is stopped for that, and started again.
///
/// - Parameters:
///   - options: What was asked for.
///   - environment: The process environment.
///   - events: Told everything that happens.
/// - Returns: The snapshot.
/// - Throws: A `Failure`, or ``RunCancelled``.
public func saveSnapshot(
  _ options: SaveOptions, environment: [String: String], events: EventSink
) async throws -> Snapshot {
  let name = try ClusterName(options.name)
  let now = UnixTime.now
  let snapshot = try options.snapshot.map { text throws(Failure) in try SnapshotName(text) }
  let kubeconfigs = KubeconfigStore(explicit: options.kubeconfig, environment: environment)
  return try await withExclusiveUse(
    of: name, dockerHost: options.dockerHost, environment: environment, kubeconfigs: kubeconfigs
  ) { engine in
    let save = SnapshotSaving(
      engine: engine, name: name, snapshot: try snapshot ?? SnapshotName(savedAt: now.description), time: now,
      keep: options.keep)
    events.send(.heading("Saving cluster \(name) as snapshot \(save.snapshot)"))
    let (node, key) = try await save.requireHealthy(dockerHost: options.dockerHost, environment: environment)
    try await save.removeRemnants()
    let restart = RestartRun(
      engine: engine, name: name, nodes: [node], kubeconfigs: kubeconfigs, kubernetes: Promise(), wait: .seconds(600),
      after: [.image])
    try await Runner(events: events).run(
      Plan(save.steps(node, key: key) + restart.steps() + [restart.awaitPlatform()]))
    return try await save.saved.value()
  }
}

/// The steps of saving.
final class SnapshotSaving: Sendable {
  let engine: Engine
  let name: ClusterName
  let snapshot: SnapshotName
  let time: UnixTime
  let keep: Int
  /// Made by the image step.
  let saved = Promise<Snapshot>()
  private let hasContainers = Promise<Bool>()
  private let copy = Promise<VolumeCopy.Outcome>()
  private let volume: String

  init(engine: Engine, name: ClusterName, snapshot: SnapshotName, time: UnixTime, keep: Int) {
    self.engine = engine
    self.name = name
    self.snapshot = snapshot
    self.time = time
    self.keep = keep
    let suffix = RandomText.generate(length: 8, from: .hexadecimal).revealed
    volume = "idpbuilder-snapshot-\(name)-\(snapshot)-\(suffix)"
  }

  private var store: SnapshotStore { SnapshotStore(engine) }

  /// Refuses what cannot be saved.
  ///
  /// - Parameters:
  ///   - dockerHost: Where the Docker Engine listens; nil for the usual places.
  ///   - environment: The process environment.
  /// - Returns: The node that would come back, and what the cluster was made from.
  /// - Throws: `Failure` with the reason.
  func requireHealthy(
    dockerHost: String?, environment: [String: String]
  ) async throws -> (node: NodeRecord, key: String?) {
    let (condition, nodes) = try await ClusterProbe(engine: engine).look(at: name)
    let client: KubernetesClient
    switch condition {
    case .absent:
      throw Failure(
        "there is no cluster \(name)", remedy: "make it: idpbuilder create --name \(name)", status: .notFound)
    case .incomplete(let reason), .broken(let reason):
      throw Failure(
        "cluster \(name) is not healthy", cause: reason, remedy: "idpbuilder doctor --name \(name) looks for the cause",
        status: .unhealthy)
    case .resting where nodes.allSatisfy { $0.state == "running" }:
      // It was started a moment ago; what is saved is the same.
      client = try await existingCluster(
        ClusterReference(name: name.text, dockerHost: dockerHost), environment: environment)
    case .resting:
      throw Failure(
        "cluster \(name) does not run", cause: "only a healthy cluster is saved",
        remedy: "start it: idpbuilder start --name \(name)", status: .unhealthy)
    case .healthy(let found, _, _): client = found
    }
    guard nodes.count == 1, let node = nodes.first else {
      throw Failure(
        "cluster \(name) cannot be saved",
        cause: "it has \(nodes.count) nodes, and snapshots are of clusters with one node",
        remedy: "keep its content in packages (idpbuilder create -p)", status: .usage)
    }
    if try await PlatformAccess.find(client, engine: engine, cluster: name.text) != nil {
      let applications = try await client.list(
        .applications, namespace: Platform.Names.ArgoCD.namespace,
        labels: "\(Platform.Names.Label.packageType)=\(Platform.Names.Label.core)"
      ).items
      if case .pending(let text) = RestartState.readiness(ofApplications: applications) {
        throw Failure(
          "the platform of cluster \(name) is not healthy", cause: text,
          remedy: "wait for Argo CD, or complete it: idpbuilder create --name \(name)", status: .unhealthy)
      }
    }
    let container = try await engine.inspectContainer(node.name) ?? .null
    let stopped = NodeRecord(plannedFor: name)
    return (stopped, try await MadeFrom.key(of: container, client))
  }

  /// Removes what killed commands left of snapshots of this cluster; nobody else saves it at this moment.
  func removeRemnants() async throws {
    try await VolumeCopy.removeHelpers(of: name.text, engine)
    for remnant in try await store.contents(of: name.text).remnants { try await store.remove(remnant) }
  }

  /// Stop, copy, commit.
  func steps(_ node: NodeRecord, key: String?) -> [Step] {
    [stop(node), copyVolume(node), makeImage(node, key: key)]
  }

  private func stop(_ node: NodeRecord) -> Step {
    Step(.stop, title: "stop") { [self] context in
      context.rollBack("starting node \(node.name) again") { [engine] in
        if try await engine.inspectContainer(node.name)?["State"]["Running"].boolValue == true {
          // Its kubelet may be stopped.
          try await engine.stopContainer(node.name, timeout: .seconds(10))
        }
        try await engine.startContainer(node.name)
      }
      let left = try await Node(engine, name: node.name).quiesce(deadline: .after(.seconds(120))) { context.report($0) }
      hasContainers.fulfil(left)
      return node.name
    }
  }

  private func copyVolume(_ node: NodeRecord) -> Step {
    Step(.copy, title: "copy", after: [.stop]) { [self] context in
      let container = try await engine.inspectContainer(node.name) ?? .null
      let mount = container["Mounts"].elements.first { $0["Destination"] == .string(NodeVolume.path) }
      guard let source = mount?["Name"].stringValue, let image = container["Image"].stringValue else {
        throw Failure(
          "node \(node.name) has no volume", cause: "the engine lists none at \(NodeVolume.path)", status: .unhealthy)
      }
      context.rollBack("removing the half-written snapshot") { [self] in
        let contents = try await store.contents(of: name.text)
        for remnant in contents.remnants where remnant.id == volume { try await store.remove(remnant) }
      }
      try await store.makeVolume(volume, snapshot: snapshot.text, cluster: name.text)
      let outcome = try await VolumeCopy(engine, image: image, cluster: name.text).copy(
        source, to: volume, rules: NodeVolume.rules(hasContainers: try await hasContainers.value(), isDurable: true))
      copy.fulfil(outcome)
      return "\(ByteCount.text(outcome.size)), \(ByteCount.text(outcome.copied)) of it copied"
    }
  }

  private func makeImage(_ node: NodeRecord, key: String?) -> Step {
    Step(.image, title: "image", after: [.copy]) { [self] context in
      let container = try await engine.inspectContainer(node.name) ?? .null
      let version = try await Node(engine, name: node.name).read("/kind/version") ?? []
      let outcome = try await copy.value()
      var made = Snapshot(
        name: snapshot.text, cluster: name.text, key: key, created: time.description,
        nodeImage: NodeImage.friendly(container["Config"]["Image"].stringValue ?? ""),
        version: String(decoding: version.prefix { $0 > 32 }, as: UTF8.self), volume: volume, size: outcome.size,
        copied: outcome.copied, hasContainers: try await hasContainers.value(),
        container: NodeContainer.request(likeOf: container))
      made = try await store.complete(made, node: node.name)
      saved.fulfil(made)
      try await dropOldest(context)
      return "\(made.reference.repository):\(made.reference.tag)"
    }
  }

  /// Removes what this snapshot replaces, and the oldest ones beyond the number that is kept.
  private func dropOldest(_ context: StepContext) async throws {
    let contents = try await store.contents(of: name.text)
    for remnant in contents.remnants { try await store.remove(remnant) }
    // Damaged ones cannot be restored: they must not push out one that can.
    for old in contents.snapshots.filter({ $0.damage == nil }).dropFirst(keep) where old.volume != volume {
      context.warn("removing snapshot \(old.name) of \(old.created): \(keep) are kept (--keep)")
      try await store.remove(old)
    }
  }
}

extension StepID {
  static let stop: StepID = "stop"
  static let copy: StepID = "copy"
  static let image: StepID = "image"
}
