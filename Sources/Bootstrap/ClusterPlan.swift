import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes

/// What a cluster holds when the platform's steps begin.
enum ClusterContents: Sendable {
  /// What kubeadm makes.
  case nothing
  /// The same platform with the same packages, from a snapshot.
  case samePlatform
  /// Whatever earlier runs made.
  case earlierRuns
}

/// How a `create` comes to a cluster, and what the platform's steps must know of it.
struct ClusterPath {
  /// The cluster's part of the plan; empty for a cluster that runs.
  var steps: [Step] = []
  /// What the platform's steps come after.
  var platformComesAfter: [StepID] = []
  /// What the cluster holds then.
  var contents = ClusterContents.earlierRuns
  /// The kubeconfig file that has the cluster; made by one of the steps.
  var kubeconfig: Promise<String>
  /// The address at which a cluster that is there publishes the platform; nil for a new one.
  var publishedAddress: String?
}

/// Finds the shortest way to the cluster that is wanted: leave it as it is, start it, bring it back from a snapshot, or
/// make it.
struct ClusterPlan {
  let options: CreateOptions
  let wanted: CreateRequest
  let environment: [String: String]
  let engine: Engine
  /// The answer of `GET /info`.
  let engineInfo: Value
  let kubeconfigs: KubeconfigStore
  /// Made by the path's steps, or at once for a cluster that runs.
  let kubernetes: Promise<KubernetesClient>
  let events: EventSink

  private var name: ClusterName { wanted.name }

  /// Chooses the way. What an earlier run left half made is removed, and with `--recreate` what it finished, too.
  ///
  /// - Throws: `Failure` if there is a cluster that cannot be gone on from.
  func path() async throws -> ClusterPath {
    if options.recreate {
      if try await !ClusterInventory(engine).nodes(of: name.text).isEmpty {
        events.send(.warning("deleting the cluster \(name) that exists, as asked"))
        try await deleteNodes(of: name.text, engine)
      }
      return try await pathFromNothing()
    }
    let (condition, nodes) = try await ClusterProbe(engine: engine).look(at: name)
    switch condition {
    case .absent:
      return try await pathFromNothing()
    case .incomplete(let reason):
      events.send(.warning("an earlier creation of cluster \(name) was cut off (\(reason)); making it anew"))
      try await deleteNodes(of: name.text, engine)
      return try await pathFromNothing()
    case .resting:
      return try await restart(nodes)
    case .broken(let reason):
      throw Failure(
        "cluster \(name) exists but is not healthy", cause: reason,
        remedy: "idpbuilder doctor --name \(name) looks for the cause; or make it anew: idpbuilder create --name "
          + "\(name) --recreate", status: .unhealthy)
    case .healthy(let client, let credentials, let server):
      return try await adopt(client, credentials, server, try await controlPlane(of: nodes))
    }
  }

  /// A cluster that runs is taken as it is.
  private func adopt(
    _ client: KubernetesClient, _ credentials: String, _ server: String, _ container: Value
  ) async throws -> ClusterPath {
    let path = ClusterPath(kubeconfig: Promise(), publishedAddress: publishedAddress(container))
    try await wanted.platform?.requireFitting(container, client, name)
    path.kubeconfig.fulfil(try await kubeconfigs.merge(credentials, cluster: name.text, server: server))
    kubernetes.fulfil(client)
    try await SnapshotRestoration.finish(name, engine, client, isStatic: options.devPassword)
    return path
  }

  /// A cluster that was stopped, or was started a moment ago, is started and waited for.
  private func restart(_ nodes: [NodeRecord]) async throws -> ClusterPath {
    let container = try await controlPlane(of: nodes)
    if nodes.contains(where: { $0.state != "running" }) {
      events.send(.warning("cluster \(name) was stopped; starting it"))
    }
    let run = RestartRun(
      engine: engine, name: name, nodes: nodes, kubeconfigs: kubeconfigs, kubernetes: kubernetes,
      wait: max(options.wait, .seconds(300)),
      check: { [name, engine, platform = wanted.platform, isStatic = options.devPassword] client in
        try await platform?.requireFitting(container, client, name)
        try await SnapshotRestoration.finish(name, engine, client, isStatic: isStatic)
      })
    return ClusterPath(
      steps: run.steps(), platformComesAfter: [.pods], kubeconfig: run.kubeconfig,
      publishedAddress: publishedAddress(container))
  }

  /// What the engine says of the container of the control plane.
  private func controlPlane(of nodes: [NodeRecord]) async throws -> Value {
    guard let node = nodes.first(where: { $0.role == .controlPlane }) else { return .null }
    return try await engine.inspectContainer(node.name) ?? .null
  }

  private func publishedAddress(_ container: Value) -> String? {
    PlatformAccess.publishedAddress(of: options.port, in: container)
  }

  /// A cluster is brought back from a snapshot of the same, or made.
  private func pathFromNothing() async throws -> ClusterPath {
    try await Preflight.run(options, engine, environment: environment, events: events)
    let preview = wanted.platformRun(
      engine: engine, kubernetes: kubernetes, on: .nothing, publishedAddress: options.listenAddress)
    let runID = RandomText.generate(length: 16, from: .hexadecimal).revealed
    let restored = clusterRun(runID, nil)
    if let snapshot = try await MatchingSnapshot.find(restored, preview) {
      let again = restored.restart(from: snapshot, hasPlatform: preview != nil)
      return ClusterPath(
        steps: again.steps, platformComesAfter: [.apiServer], contents: .samePlatform, kubeconfig: again.run.kubeconfig)
    }
    let run = clusterRun(runID, try await wanted.preparation(options, engine, environment: environment))
    return ClusterPath(
      steps: run.steps(), platformComesAfter: [.apiServer], contents: .nothing, kubeconfig: run.kubeconfig)
  }

  private func clusterRun(_ runID: String, _ preparation: PreparationRun?) -> ClusterRun {
    ClusterRun(
      engine: engine, traits: EngineTraits(info: engineInfo), environment: environment, options: options,
      cluster: wanted.cluster, kubeconfigs: kubeconfigs, kubernetes: kubernetes, runID: runID, preparation: preparation)
  }
}
