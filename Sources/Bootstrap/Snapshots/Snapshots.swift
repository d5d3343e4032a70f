import Diagnostics
import DockerEngine
public import KindCluster

/// The snapshots of the engine.
///
/// - Parameters:
///   - cluster: A cluster's name; nil for all.
///   - dockerHost: Where the Docker Engine listens; nil for the usual places.
///   - environment: The process environment.
/// - Returns: Snapshots, newest first, and what is left of half-written ones.
/// - Throws: A `Failure`.
public func snapshots(
  of cluster: String?, dockerHost: String?, environment: [String: String]
) async throws -> SnapshotStore.Contents {
  let name = try cluster.map { text throws(Failure) in try ClusterName(text) }
  let engine = try await connectEngine(dockerHost, environment)
  return try await SnapshotStore(engine).contents(of: name?.text)
}

/// Deletes snapshots, and what is left of half-written ones of the same cluster.
///
/// - Parameters:
///   - names: Which ones; empty for all of the cluster.
///   - cluster: The cluster they are of.
///   - dockerHost: Where the Docker Engine listens; nil for the usual places.
///   - environment: The process environment.
/// - Returns: The names of the snapshots that were deleted.
/// - Throws: A `Failure`; `notFound` if there is none of a name, and then nothing is deleted.
public func deleteSnapshots(
  _ names: [String], of cluster: String, dockerHost: String?, environment: [String: String]
) async throws -> [String] {
  let name = try ClusterName(cluster)
  // Nobody saves or restores this cluster meanwhile.
  return try await withExclusiveUse(of: name, dockerHost: dockerHost, environment: environment) { engine in
    let store = SnapshotStore(engine)
    let contents = try await store.contents(of: name.text)
    let chosen =
      try names.isEmpty
      ? contents.snapshots
      : names.map { wanted throws(Failure) in
        guard let found = contents.snapshots.first(where: { $0.name == wanted }) else {
          throw SnapshotStore.missing(wanted, of: name)
        }
        return found
      }
    try await VolumeCopy.removeHelpers(of: name.text, engine)
    for snapshot in chosen { try await store.remove(snapshot) }
    for remnant in contents.remnants { try await store.remove(remnant) }
    return chosen.map(\.name)
  }
}

extension SnapshotStore {
  /// A snapshot that can be used.
  ///
  /// - Parameters:
  ///   - snapshot: Its name; nil for the newest.
  ///   - cluster: The cluster it is of.
  /// - Returns: The snapshot.
  /// - Throws: `Failure` if there is none, or it is damaged.
  func find(_ snapshot: String?, of cluster: ClusterName) async throws -> Snapshot {
    let all = try await contents(of: cluster.text).snapshots
    guard let found = snapshot.map({ name in all.first { $0.name == name } }) ?? all.first(where: { $0.damage == nil })
    else { throw Self.missing(snapshot, of: cluster) }
    if let damage = found.damage {
      throw Failure(
        "snapshot \(found.name) cannot be used", cause: damage,
        remedy: "idpbuilder snapshot delete --name \(cluster) \(found.name)", status: .unhealthy)
    }
    return found
  }

  static func missing(_ snapshot: String?, of cluster: ClusterName) -> Failure {
    Failure(
      snapshot.map { "there is no snapshot \($0) of cluster \(cluster)" }
        ?? "there is no snapshot of cluster \(cluster)",
      remedy: "idpbuilder snapshot list shows all; save one: idpbuilder snapshot save --name \(cluster)",
      status: .notFound)
  }
}
