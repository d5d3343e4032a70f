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
  let kubeconfigs = KubeconfigStore(explicit: options.kubeconfig, environment: environment)
  return try await withExclusiveUse(
    of: wanted.name, dockerHost: options.dockerHost, environment: environment, kubeconfigs: kubeconfigs
  ) { engine in
    let info = try await engine.info()
    events.send(
      .heading(
        "\(options.clusterOnly ? "Cluster" : "Platform") \(wanted.name) · \(engine.product) · "
          + NodeImage.friendly(wanted.cluster.nodes[0].image)))
    let kubernetes = Promise<KubernetesClient>()
    let path = try await ClusterPlan(
      options: options, wanted: wanted, environment: environment, engine: engine, engineInfo: info,
      kubeconfigs: kubeconfigs, kubernetes: kubernetes, events: events
    ).path()
    for warning in wanted.packages?.warnings ?? [] { events.send(.warning(warning)) }
    let platform = wanted.platformRun(
      engine: engine, kubernetes: kubernetes, on: path.contents, after: path.platformComesAfter,
      publishedAddress: path.publishedAddress ?? options.listenAddress)
    let steps = path.steps + (platform?.steps() ?? [])
    try await Runner(events: events, retain: options.retain).run(Plan(steps))
    do {
      try await MadeFrom.note(SnapshotKey.platform(platform), kubernetes.value())
    } catch let error as CancellationError {
      throw error
    } catch {
      throw Failure(
        "cluster \(wanted.name) works, but what it is made from could not be noted", because: error,
        state: RestartRun.kept)
    }
    return CreateOutcome(
      name: wanted.name.text, context: Names.context(wanted.name.text), kubeconfig: try await path.kubeconfig.value(),
      wasComplete: steps.isEmpty, argoCDURL: platform?.options.argoCDURL, giteaURL: platform?.options.giteaURL)
  }
}
