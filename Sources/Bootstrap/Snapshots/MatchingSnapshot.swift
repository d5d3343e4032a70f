import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster

/// Finds the snapshot that `create` can start from.
enum MatchingSnapshot {
  /// Certificates in a node live for a year (kubeadm's default); an older snapshot is left alone in good time.
  private static let maximumAge = Duration.seconds(300 * 24 * 3600)

  /// The newest usable snapshot of the same node image, options, manifests and packages.
  ///
  /// - Parameters:
  ///   - cluster: What is wanted of the cluster.
  ///   - platform: What is wanted of the platform; nil for a cluster alone.
  ///   - now: The present moment.
  /// - Returns: Nil if there is none.
  /// - Throws: `EngineError`, or a `Failure` about packages.
  static func find(_ cluster: ClusterRun, _ platform: PlatformRun?, now: UnixTime = .now) async throws -> Snapshot? {
    guard cluster.options.usesSnapshots, cluster.cluster.nodes.count == 1 else { return nil }
    let contents = try await SnapshotStore(cluster.engine).contents(of: cluster.cluster.name.text)
    let usable = contents.snapshots.filter { snapshot in
      snapshot.damage == nil && snapshot.key != nil
        && UnixTime(snapshot.created).map { now - $0 < maximumAge } ?? false
    }
    // The key takes some work, which is wasted where there are no snapshots.
    guard !usable.isEmpty, let key = try await cluster.snapshotKey() else { return nil }
    let wanted = try SnapshotKey.combined(cluster: key, platform: await SnapshotKey.platform(platform))
    return usable.first { $0.key == wanted }
  }
}

extension ClusterRun {
  /// The steps that make this cluster from a snapshot rather than from the node image, the platform's own aside.
  func restart(from snapshot: Snapshot, hasPlatform: Bool) -> (run: RestartRun, steps: [Step]) {
    let restoration = restoration(of: snapshot)
    let run = RestartRun(
      engine: engine, name: cluster.name, nodes: [NodeRecord(plannedFor: cluster.name)], kubeconfigs: kubeconfigs,
      kubernetes: kubernetes, wait: max(options.wait, .seconds(300)), after: [.snapshot], isNew: true,
      check: { [engine, name = cluster.name, isStatic = options.devPassword] client in
        try await SnapshotRestoration.finish(name, engine, client, isStatic: isStatic)
      })
    return (run, [restoration.makeNode()] + run.steps() + (hasPlatform ? [run.awaitPlatform()] : []))
  }

  private func restoration(of snapshot: Snapshot) -> SnapshotRestoration {
    SnapshotRestoration(
      engine: engine, name: cluster.name, snapshot: snapshot, kubeconfigs: kubeconfigs, runID: runID,
      isStatic: options.devPassword,
      request: { [self] in
        let network = try await NodeNetwork.ensure(engine)
        return try await request(for: cluster.nodes[0], cluster.controlPlaneName, proxy: proxyVariables(network))
      })
  }
}
