import Diagnostics
import DockerEngine
import KindCluster
import Kubernetes

/// Changes a cluster while no other idpbuilder does (a `delete` excepted, which ends whatever is under way).
///
/// - Parameters:
///   - cluster: The cluster's name, whether it exists or not.
///   - dockerHost: Where the Docker Engine listens; nil for the usual places.
///   - environment: The process environment.
///   - kubeconfigs: The kubeconfig that will be written; one that cannot be is found before anything is touched.
///   - work: What is done with the engine.
/// - Returns: What the work returns.
/// - Throws: `EngineError` or `Failure` if the engine, the kubeconfig or the lock is not to be had; what the work throws.
func withExclusiveUse<Result>(
  of cluster: ClusterName, dockerHost: String?, environment: [String: String], kubeconfigs: KubeconfigStore? = nil,
  _ work: (Engine) async throws -> Result
) async throws -> Result {
  try kubeconfigs?.check()
  let engine = try await connectEngine(dockerHost, environment)
  let lock = try ClusterLock(name: cluster.text, engine: engine.endpoint.name, environment: environment)
  defer { withExtendedLifetime(lock) {} }
  return try await work(engine)
}
