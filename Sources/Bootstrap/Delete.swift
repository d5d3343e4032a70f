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
  var failures: [Failure] = []
  for name in names {
    do {
      try await deleteNodes(of: name, engine)
      try await kubeconfig.remove(cluster: name)
    } catch let failure as Failure {
      // One that cannot be deleted does not save the others.
      failures.append(failure)
      names.removeAll { $0 == name }
    }
  }
  guard let failure = failures.first else { return names }
  let deleted = names.isEmpty ? nil : "deleted: \(names.joined(separator: ", "))"
  guard failures.count > 1 else {
    throw Failure(
      failure.what, cause: failure.cause, remedy: failure.remedy, state: deleted ?? failure.state,
      status: failure.status)
  }
  throw Failure(
    "\(failures.count) clusters cannot be deleted",
    cause: failures.map { "\($0.what)\($0.cause.map { ": \($0)" } ?? "")" }.joined(separator: "\n"),
    remedy: failure.remedy, state: deleted, status: failure.status)
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
