import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes
import Platform

/// Makes the cluster and the platform on it, or completes them.
///
/// - Parameters:
///   - options: What was asked for.
///   - environment: The process environment.
///   - events: Told everything that happens.
/// - Returns: What is there now.
/// - Throws: A `Failure`, or ``RunCancelled``.
public func create(
  _ options: CreateOptions, environment: [String: String], events: EventSink
) async throws -> CreateOutcome {
  // Everything that can be found wrong without touching anything is found here.
  let wanted = try await CreateRequest(options, environment: environment) { events.send(.heading($0)) }
  let kubeconfig = KubeconfigStore(explicit: options.kubeconfig, environment: environment)
  try kubeconfig.check()
  let engine = try await connectEngine(options.dockerHost, environment)
  let lock = try CreateLock(name: wanted.name.text, engine: engine.endpoint.name, environment: environment)
  defer { withExtendedLifetime(lock) {} }
  let info = try await engine.info()
  let engineVersion = info["ServerVersion"].stringValue ?? "of unknown version"
  events.send(
    .heading(
      "\(options.clusterOnly ? "Cluster" : "Platform") \(wanted.name) · Docker Engine \(engineVersion) · "
        + NodeImage.friendly(wanted.cluster.nodes[0].image)))
  var outcome = CreateOutcome(
    name: wanted.name.text, context: Names.context(wanted.name.text), kubeconfig: "", wasComplete: false)
  let kubernetes = Promise<KubernetesClient>()
  var steps: [Step] = []
  var run: ClusterRun?
  var restart: RestartRun?
  var isRestored = false
  switch try await existing(wanted.name, options, engine, events) {
  case .resting(let nodes):
    if nodes.contains(where: { $0.state != "running" }) {
      events.send(.warning("cluster \(wanted.name) was stopped; starting it"))
    }
    let again = RestartRun(
      engine: engine, name: wanted.name, nodes: nodes, kubeconfigs: kubeconfig, kubernetes: kubernetes,
      wait: max(options.wait, .seconds(300)),
      check: { [name = wanted.name, platform = wanted.platform] client in
        try await platform?.requireSame(client, name)
        try await SnapshotRestoration.finish(name, engine, client, isStatic: options.devPassword)
      })
    steps += again.steps()
    restart = again
  case .running(let existing):
    outcome.kubeconfig = try await kubeconfig.merge(
      existing.credentials, cluster: wanted.name.text, server: existing.server)
    kubernetes.fulfil(existing.client)
    if let platform = wanted.platform { try await platform.requireSame(existing.client, wanted.name) }
    try await SnapshotRestoration.finish(wanted.name, engine, existing.client, isStatic: options.devPassword)
  case .absent:
    try await Preflight.run(options, engine, environment: environment, events: events)
    let runID = RandomText.generate(length: 16, from: .hexadecimal).revealed
    func clusterRun(_ preparation: PreparationRun?) -> ClusterRun {
      ClusterRun(
        engine: engine, traits: EngineTraits(info: info), environment: environment, options: options,
        cluster: wanted.cluster, kubeconfigs: kubeconfig, kubernetes: kubernetes, runID: runID,
        preparation: preparation)
    }
    let preview = wanted.platformRun(
      engine: engine, kubernetes: kubernetes, onNewCluster: true, publishedAddress: options.listenAddress)
    let restored = clusterRun(nil)
    if let snapshot = try await MatchingSnapshot.find(restored, preview) {
      let again = restored.restart(from: snapshot, hasPlatform: preview != nil)
      steps += again.steps
      (restart, isRestored) = (again.run, true)
    } else {
      let cluster = clusterRun(try await wanted.preparation(options, engine, environment: environment))
      steps += cluster.steps()
      run = cluster
    }
  }
  for warning in wanted.packages?.warnings ?? [] { events.send(.warning(warning)) }
  let platform = wanted.platformRun(
    engine: engine, kubernetes: kubernetes, onNewCluster: run != nil || isRestored,
    after: restart == nil ? nil : .pods, publishedAddress: options.listenAddress)
  if let platform {
    steps += platform.steps()
    outcome.argoCDURL = platform.options.argoCDURL
    outcome.giteaURL = platform.options.giteaURL
  }
  try await Runner(events: events, retain: options.retain).run(Plan(steps))
  try await MadeFrom.note(SnapshotKey.platform(platform), kubernetes.value())
  if let file = run?.kubeconfig ?? restart?.kubeconfig { outcome.kubeconfig = try await file.value() }
  outcome.wasComplete = steps.isEmpty
  return outcome
}

/// What there is of a cluster that `create` can go on from.
private enum StartingPoint {
  /// Nothing: it must be made.
  case absent
  /// Its nodes are stopped, or were started a moment ago.
  case resting([NodeRecord])
  /// A healthy cluster.
  case running((client: KubernetesClient, credentials: String, server: String))
}

/// What is done about a cluster of that name that is there already.
private func existing(
  _ name: ClusterName, _ options: CreateOptions, _ engine: Engine, _ events: EventSink
) async throws -> StartingPoint {
  let recreate = "or make it anew: idpbuilder create --name \(name) --recreate"
  if options.recreate {
    if try await !ClusterInventory(engine).nodes(of: name.text).isEmpty {
      events.send(.warning("deleting the cluster \(name) that exists, as asked"))
      try await deleteNodes(of: name.text, engine)
    }
    return .absent
  }
  let (condition, nodes) = try await ClusterProbe(engine: engine).look(at: name)
  switch condition {
  case .absent:
    return .absent
  case .incomplete(let reason):
    events.send(.warning("an earlier creation of cluster \(name) was cut off (\(reason)); making it anew"))
    try await deleteNodes(of: name.text, engine)
    return .absent
  case .resting:
    return .resting(nodes)
  case .broken(let reason):
    throw Failure(
      "cluster \(name) exists but is not healthy", cause: reason,
      remedy: "idpbuilder doctor --name \(name) looks for the cause; \(recreate)", status: .unhealthy)
  case .healthy(let client, let credentials, let server):
    return .running((client, credentials, server))
  }
}
