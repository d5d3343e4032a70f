import Diagnostics
import DockerEngine
import KindCluster
import Kubernetes

/// Deletes clusters with everything that belongs to them, their entries in the kubeconfig included.
///
/// A cluster that does not exist is no error: what was asked for is the case.
///
/// - Parameters:
///   - options: Which ones.
///   - environment: The process environment.
/// - Returns: The names of the clusters that were deleted.
/// - Throws: A `Failure`.
public func delete(_ options: DeleteOptions, environment: [String: String]) async throws -> [String] {
  let kubeconfig = KubeconfigStore(explicit: options.kubeconfig, environment: environment)
  try kubeconfig.check()
  let engine = try await connectEngine(options.dockerHost, environment)
  var names = try await ClusterInventory(engine).clusters().map(\.name)
  if !options.all {
    let name = try ClusterName(options.name).text
    names = names.filter { $0 == name }
    // Entries without a cluster are left-overs of a cluster whose container was removed by hand.
    if names.isEmpty { try await kubeconfig.remove(cluster: name) }
  }
  for name in names {
    try await deleteNodes(of: name, engine)
    try await kubeconfig.remove(cluster: name)
  }
  return names
}

/// Removes the node containers of a cluster with their volumes, all at once.
func deleteNodes(of cluster: String, _ engine: Engine) async throws {
  do {
    try await VolumeCopy.removeHelpers(of: cluster, engine)
    try await NodeRemoval.removeAll(labels: ["\(Names.clusterLabel)=\(cluster)"], engine)
  } catch {
    if Task.isCancelled { throw CancellationError() }
    throw Failure("cluster \(cluster) cannot be deleted", because: error)
  }
}
