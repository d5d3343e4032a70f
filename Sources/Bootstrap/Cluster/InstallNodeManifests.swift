import Diagnostics
import Documents
import KindCluster
import Kubernetes

extension ClusterRun {
  /// `network plug-in`: the one that the node image brings is applied.
  func installNetworkPlugin() -> Step {
    Step(.networkPlugin, title: "network plug-in", after: [.apiServer]) { [self] _ in
      cluster.networking.disableDefaultCNI ? .satisfied("left out, as asked") : .missing
    } run: { [self] _ in
      guard let manifest = try await manifests.value().networkPlugin else {
        throw Failure(
          "the node image brings no network plug-in", cause: "it has no file \(NodeManifests.networkPluginPath)",
          remedy: "use an image of kind (kindest/node)", status: .badInput)
      }
      try await apply(NodeManifests.networkPlugin(manifest, cluster: cluster))
      return nil
    }
  }

  /// `storage`: the provisioner and the default StorageClass that the node image brings are applied.
  func installStorage() -> Step {
    Step(.storage, title: "storage", after: [.apiServer]) { [self] _ in
      try await apply(NodeManifests.storage(manifests.value().storage, cluster: cluster))
      return "StorageClass standard"
    }
  }

  /// Applies objects one after the other: a namespace comes before what is in it.
  private func apply(_ objects: [Value]) async throws {
    let client = try await kubernetes.value()
    for object in objects { try await client.apply(object, deadline: .after(.seconds(60))) }
  }
}
