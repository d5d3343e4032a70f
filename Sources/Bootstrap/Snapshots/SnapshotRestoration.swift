import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes

/// Makes the node of a cluster from a snapshot; ``RestartRun`` then starts it.
struct SnapshotRestoration: Sendable {
  let engine: Engine
  let name: ClusterName
  let snapshot: Snapshot
  let kubeconfigs: KubeconfigStore
  /// Tells the container of this run from all others.
  let runID: String
  /// Whether the administrators' passwords become `developer`.
  let isStatic: Bool
  /// The container that is wanted, without image and volume.
  let request: @Sendable () async throws -> Value

  /// `snapshot`: the node's container is there, and its volume is filled.
  func makeNode() -> Step {
    Step(.snapshot, title: "snapshot") { [self] context in
      context.rollBack("removing node \(name.node(.controlPlane))") { [engine, runID, kubeconfigs, name] in
        try await NodeRemoval.removeAll(labels: ["\(ClusterRun.runLabel)=\(runID)"], engine)
        // The node that was there before is gone as well; without one, an entry would lead nowhere.
        if try await ClusterInventory(engine).nodes(of: name.text).isEmpty {
          try await kubeconfigs.remove(cluster: name.text)
        }
      }
      context.collectEvidence("saving the logs of the node") { [engine, name] in
        let directory = EvidenceDirectory.path(cluster: name.text)
        try await NodeLogs(engine).save([name.node(.controlPlane)], to: directory)
        return "the node's logs are in \(directory)"
      }
      if try await !ClusterInventory(engine).nodes(of: name.text).isEmpty {
        context.report("removing the present node")
        try await deleteNodes(of: name.text, engine)
      }
      _ = try await NodeNetwork.ensure(engine)
      let volume = try await makeContainer()
      context.report("copying its volume")
      let outcome = try await VolumeCopy(engine, image: snapshot.image, cluster: name.text).copy(
        snapshot.volume, to: volume, rules: NodeVolume.rules(hasContainers: snapshot.hasContainers))
      return "\(snapshot.name) of \(snapshot.created), \(ByteCount.text(outcome.copied)) copied"
    }
  }

  /// Makes the container.
  ///
  /// - Returns: Its volume, which is empty.
  private func makeContainer() async throws -> String {
    let inherited = try await engine.inspectImage(snapshot.image)?["Config"]["Env"].elements ?? []
    var body = NodeContainer.request(
      try await request(), from: snapshot.image, inherited: inherited.compactMap(\.stringValue))
    body["Labels"][ClusterRun.runLabel] = .string(runID)
    body["Labels"][MadeFrom.restorationLabel] = .string(runID)
    let node = name.node(.controlPlane)
    // A creation is never abandoned half-way: the engine would go on with it.
    let id = try await Task { [engine, body] in try await engine.createContainer(name: node, body) }.value
    try Task.checkCancellation()
    let mounts = try await engine.inspectContainer(id)?["Mounts"].elements ?? []
    guard let volume = mounts.first(where: { $0["Destination"] == .string(NodeVolume.path) })?["Name"].stringValue
    else {
      throw Failure(
        "node \(node) has no volume", cause: "the engine lists none at \(NodeVolume.path)", status: .unhealthy)
    }
    return volume
  }

  /// Gives a cluster that came from a snapshot secrets of its own, if it has not got them yet.
  ///
  /// - Parameters:
  ///   - name: The cluster's name.
  ///   - engine: Where its node is.
  ///   - client: The cluster.
  ///   - isStatic: Whether the administrators' passwords become `developer`.
  /// - Throws: What the engine or the API server answers.
  static func finish(_ name: ClusterName, _ engine: Engine, _ client: KubernetesClient, isStatic: Bool) async throws {
    guard let container = try await engine.inspectContainer(name.node(.controlPlane)),
      let restoration = try await MadeFrom.unfinishedRestoration(of: container, client)
    else { return }
    try await FreshCredentials.replace(client, isStatic: isStatic)
    try await MadeFrom.finish(restoration, client)
  }
}

extension StepID {
  static let snapshot: StepID = "snapshot"
}

/// Sizes for people.
public enum ByteCount {
  /// A number of bytes in the unit that fits, in powers of ten: `3.4 GB`, `290 MB`.
  public static func text(_ bytes: Int64) -> String {
    for (unit, size) in [("GB", Int64(1_000_000_000)), ("MB", 1_000_000), ("kB", 1_000)] where bytes >= size {
      let tenths = (bytes * 10 + size / 2) / size
      return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\((tenths + 5) / 10) \(unit)"
    }
    return "\(bytes) B"
  }
}
