import Diagnostics
import DockerEngine
import KindCluster
import Kubernetes

/// Connects to a cluster that must be there already. The engine knows it; the user's kubeconfig, where it has the
/// cluster, is only quicker.
///
/// - Parameters:
///   - cluster: Which one.
///   - environment: The process environment.
/// - Returns: A client with the administrator's rights.
/// - Throws: `Failure` if there is no such cluster, or it does not run.
func existingCluster(_ cluster: ClusterReference, environment: [String: String]) async throws -> KubernetesClient {
  let name = try ClusterName(cluster.name)
  let engine = try await connectEngine(cluster.dockerHost, environment)
  let create = "make it: idpbuilder create --name \(name)"
  let nodes = try await ClusterInventory(engine).nodes(of: name.text)
  guard let controlPlane = nodes.first(where: { $0.role == .controlPlane }) else {
    throw Failure("there is no cluster \(name)", remedy: create, status: .notFound)
  }
  guard controlPlane.state == "running" else {
    throw Failure(
      "cluster \(name) does not run", cause: "node \(controlPlane.name) is \(controlPlane.state)",
      remedy: "start it: idpbuilder start --name \(name)", status: .unhealthy)
  }
  if let server = controlPlane.apiServer,
    let client = await KubeconfigStore(explicit: cluster.kubeconfig, environment: environment).client(
      cluster: name.text, server: server)
  {
    return client
  }
  try Task.checkCancellation()
  guard let credentials = try await Node(engine, name: controlPlane.name).read("/etc/kubernetes/admin.conf"),
    let container = try await engine.inspectContainer(controlPlane.name),
    let server = APIServerEndpoint.url(of: container)
  else {
    throw Failure("cluster \(name) is not complete", remedy: create, status: .unhealthy)
  }
  return KubernetesClient(
    try ClusterAccess(kubeconfig: String(decoding: credentials, as: UTF8.self), server: server))
}
