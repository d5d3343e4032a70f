import Diagnostics

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
  throw Failure("create is not built yet", status: .internalError)
}

/// Deletes clusters with everything that belongs to them, their entries in the kubeconfig included.
///
/// - Parameters:
///   - options: Which ones.
///   - environment: The process environment.
/// - Returns: The names of the clusters that were deleted.
/// - Throws: A `Failure`.
public func delete(_ options: DeleteOptions, environment: [String: String]) async throws -> [String] {
  throw Failure("delete is not built yet", status: .internalError)
}

/// The clusters of the engine, by name, those of kind included.
///
/// - Parameters:
///   - dockerHost: Where the Docker Engine listens; nil for the usual places.
///   - environment: The process environment.
/// - Returns: One summary each.
/// - Throws: A `Failure`.
public func clusters(dockerHost: String?, environment: [String: String]) async throws -> [ClusterSummary] {
  throw Failure("get clusters is not built yet", status: .internalError)
}
