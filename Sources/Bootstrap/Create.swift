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
  let wanted = try await CreateRequest(options, environment: environment)
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
  if let existing = try await existing(wanted.name, options, engine, events) {
    outcome.kubeconfig = try await kubeconfig.merge(
      existing.credentials, cluster: wanted.name.text, server: existing.server)
    kubernetes.fulfil(existing.client)
    if let platform = wanted.platform { try await platform.requireSame(existing.client, wanted.name) }
  } else {
    let cluster = ClusterRun(
      engine: engine, traits: EngineTraits(info: info), environment: environment, options: options,
      cluster: wanted.cluster, kubeconfigs: kubeconfig, kubernetes: kubernetes,
      runID: RandomText.generate(length: 16, from: .hexadecimal).revealed)
    steps += cluster.steps()
    run = cluster
  }
  for warning in wanted.packages?.warnings ?? [] { events.send(.warning(warning)) }
  if let platform = wanted.platformRun(
    engine: engine, kubernetes: kubernetes, onNewCluster: run != nil, publishedAddress: options.listenAddress)
  {
    steps += platform.steps()
    outcome.argoCDURL = platform.options.argoCDURL
    outcome.giteaURL = platform.options.giteaURL
  }
  try await Runner(events: events, retain: options.retain).run(Plan(steps))
  if let run { outcome.kubeconfig = try await run.kubeconfig.value() }
  outcome.wasComplete = steps.isEmpty
  return outcome
}

/// What is done about a cluster of that name that is there already.
///
/// - Returns: The access to a healthy cluster, nil if one must be made.
private func existing(
  _ name: ClusterName, _ options: CreateOptions, _ engine: Engine, _ events: EventSink
) async throws -> (client: KubernetesClient, credentials: String, server: String)? {
  let recreate = "or make it anew: idpbuilder create --name \(name) --recreate"
  if options.recreate {
    if try await !ClusterInventory(engine).nodes(of: name.text).isEmpty {
      events.send(.warning("deleting the cluster \(name) that exists, as asked"))
      try await deleteNodes(of: name.text, engine)
    }
    return nil
  }
  let (condition, nodes) = try await ClusterProbe(engine: engine).look(at: name)
  switch condition {
  case .absent:
    return nil
  case .incomplete(let reason):
    events.send(.warning("an earlier creation of cluster \(name) was cut off (\(reason)); making it anew"))
    try await deleteNodes(of: name.text, engine)
    return nil
  case .stopped(let stopped):
    let names = stopped.map(\.name).joined(separator: " ")
    throw Failure(
      "cluster \(name) exists but does not run",
      cause: stopped.map { "node \($0.name) is \($0.state)" }.joined(separator: ", "),
      remedy: "start it: docker start \(names); \(recreate)", status: .unhealthy)
  case .broken(let reason):
    throw Failure(
      "cluster \(name) exists but is not healthy", cause: reason,
      remedy: "look at its log: docker logs \(nodes.first?.name ?? ""); \(recreate)", status: .unhealthy)
  case .healthy(let client, let credentials, let server):
    return (client, credentials, server)
  }
}
