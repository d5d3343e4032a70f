import Diagnostics
import DockerEngine
import KindCluster
import Kubernetes
import Platform

/// Starts a cluster that was stopped, by whatever, and waits until all of it works again, the platform included.
///
/// - Parameters:
///   - options: What was asked for.
///   - environment: The process environment.
///   - events: Told everything that happens.
/// - Returns: What is there now.
/// - Throws: A `Failure`, or ``RunCancelled``.
public func start(
  _ options: StartOptions, environment: [String: String], events: EventSink
) async throws -> CreateOutcome {
  let name = try ClusterName(options.name)
  let kubeconfigs = KubeconfigStore(explicit: options.kubeconfig, environment: environment)
  return try await withExclusiveUse(
    of: name, dockerHost: options.dockerHost, environment: environment, kubeconfigs: kubeconfigs
  ) { engine in
    let nodes = try await existingNodes(of: name, engine)
    try await requireComplete(name, nodes, engine)
    let isStopped = nodes.contains { $0.state != "running" }
    events.send(.heading("\(isStopped ? "Starting" : "Checking") cluster \(name)"))
    let run = RestartRun(
      engine: engine, name: name, nodes: nodes, kubeconfigs: kubeconfigs, kubernetes: Promise(), wait: options.wait)
    try await Runner(events: events).run(Plan(run.steps() + [run.awaitPlatform()]))
    return try await run.outcome()
  }
}

/// A creation that was cut off has nothing that could be started.
private func requireComplete(_ name: ClusterName, _ nodes: [NodeRecord], _ engine: Engine) async throws {
  let create = "make it anew: idpbuilder create --name \(name)"
  guard let controlPlane = nodes.first(where: { $0.role == .controlPlane }),
    try await Node(engine, name: controlPlane.name).read("/etc/kubernetes/admin.conf") != nil
  else {
    throw Failure(
      "cluster \(name) is not complete", cause: "its creation was cut off before kubeadm had made its control plane",
      remedy: create, status: .unhealthy)
  }
}
