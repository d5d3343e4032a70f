import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes

/// Follows how a cluster and its platform are, until cancelled or nobody wants to know any longer.
///
/// - Parameters:
///   - cluster: Which one.
///   - environment: The process environment.
///   - update: Told how things are whenever that changes, and once at the start; false ends the watch.
/// - Throws: A `Failure`; `notFound` when there is no such cluster, also later; `CancellationError`.
public func watchStatus(
  of cluster: ClusterReference, environment: [String: String],
  update: @escaping @Sendable (ClusterStatus) async throws -> Bool
) async throws {
  let name = try ClusterName(cluster.name)
  let engine = try await connectEngine(cluster.dockerHost, environment)
  let reader = StatusReader(engine: engine, name: name, environment: environment)
  try await StatusWatch(reader: reader).run(update)
}

/// Looks again whenever the engine or the API server tells of a change.
private struct StatusWatch: Sendable {
  let reader: StatusReader

  /// What the status is made of.
  private static let watched: [ResourceType] = [
    .nodes, .deployments, .statefulSets, .pods, .applications, .customPackages,
  ]
  /// Several changes within a moment are one look; this is a pace, nothing is awaited with it.
  private static let pace = Duration.milliseconds(300)

  func run(_ update: @escaping @Sendable (ClusterStatus) async throws -> Bool) async throws {
    let (changes, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let client = Promise<KubernetesClient>()
    signal.yield()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let filters = ["type": ["container"], "label": ["\(Names.clusterLabel)=\(reader.name)"]]
        try await follow("events of the engine") {
          try await reader.engine.events(filters: filters)
        } changed: {
          signal.yield()
        }
      }
      for type in Self.watched {
        group.addTask {
          try await follow(type.description) {
            try await client.value().watch(type, deadline: .never)
          } changed: {
            signal.yield()
          }
        }
      }
      group.addTask {
        var last: ClusterStatus?
        for await _ in changes {
          let (status, found) = try await reader.read()
          if let found { client.fulfil(found) }
          if status != last, try await !update(status) { return }
          last = status
          try await ContinuousClock().sleep(for: Self.pace)
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Tells of each change; a server that is away for a while is waited for.
  private func follow<Changes: AsyncSequence>(
    _ what: String, _ changes: () async throws -> Changes, changed: () -> Void
  ) async throws {
    var backoff = Backoff(first: .milliseconds(200), limit: .seconds(5))
    while true {
      do {
        for try await _ in try await changes() { changed() }
      } catch let error as CancellationError {
        throw error
      } catch {
        // A kind that is not there, or a server that is gone: what can be seen is seen by the next look, which ends the
        // watch if it was the engine.
        try Task.checkCancellation()
      }
      changed()
      try await backoff.pause(until: .never, awaiting: what)
    }
  }
}
