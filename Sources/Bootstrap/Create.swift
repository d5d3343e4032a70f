import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes

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
  let name = try ClusterName(options.name)
  let image = try NodeImage.resolve(image: options.nodeImage, version: options.kubeVersion)
  let kubeconfig = KubeconfigStore(explicit: options.kubeconfig, environment: environment)
  try kubeconfig.check()
  let engine = try await connectEngine(options.dockerHost, environment)
  let lock = try CreateLock(name: name.text, engine: engine.endpoint.name, environment: environment)
  defer { withExtendedLifetime(lock) {} }
  let info = try await engine.info()
  let engineVersion = info["ServerVersion"].stringValue ?? "of unknown version"
  events.send(.heading("Cluster \(name) · Docker Engine \(engineVersion) · \(NodeImage.friendly(image))"))
  if let outcome = try await existing(name, options, engine, kubeconfig, events) { return outcome }
  let run = ClusterRun(
    engine: engine, traits: EngineTraits(info: info), environment: environment, options: options,
    cluster: ClusterConfiguration(name: name, image: image), kubeconfigs: kubeconfig,
    runID: RandomText.generate(length: 16, from: .hexadecimal).revealed)
  let plan = try Plan(run.steps())
  try await Runner(events: events, retain: options.retain).run(plan)
  return CreateOutcome(
    name: name.text, context: Names.context(name.text), kubeconfig: try await run.kubeconfig.value(),
    wasComplete: false)
}

/// What is done about a cluster of that name that is there already.
///
/// - Returns: The outcome if nothing is left to do, nil if the cluster must be made.
private func existing(
  _ name: ClusterName, _ options: CreateOptions, _ engine: Engine, _ kubeconfig: KubeconfigStore, _ events: EventSink
) async throws -> CreateOutcome? {
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
  case .healthy(_, let credentials, let server):
    let path = try await kubeconfig.merge(credentials, cluster: name.text, server: server)
    return CreateOutcome(
      name: name.text, context: Names.context(name.text), kubeconfig: path, wasComplete: true)
  }
}
