import Diagnostics
import DockerEngine
import Documents
import KindCluster

extension ClusterRun {
  /// Fills the `/var` of a node that has not been started from a prepared volume.
  func fill(_ container: String, from volume: String, _ image: String, _ context: StepContext) async throws {
    let mounts = try await engine.inspectContainer(container)?["Mounts"].elements ?? []
    guard let own = mounts.first(where: { $0["Destination"].stringValue == NodeVolume.path })?["Name"].stringValue
    else {
      throw Failure("node \(container) has no volume on \(NodeVolume.path)", status: .unhealthy)
    }
    context.report("copying the prepared volume")
    // No container has ever run in it.
    _ = try await VolumeCopy(engine, image: image, cluster: cluster.name.text).copy(
      volume, to: own, rules: NodeVolume.rules(hasContainers: false))
  }
}
