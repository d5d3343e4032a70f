import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes
import Platform

/// Where it is noted what a cluster is made from, so that a snapshot of it can be told from others: the cluster's part as
/// a label of its node, the platform's in the cluster itself.
enum MadeFrom {
  /// On node containers: the cluster's part of the key.
  static let label = "idpbuilder.made-from"
  /// On node containers: which restoration made them.
  static let restorationLabel = "idpbuilder.restoration"

  private static let namespace = "kube-system"
  private static let name = "idpbuilder-made-from"
  private static let restorationName = "idpbuilder-restoration"

  /// Notes the platform's part of the key, at the end of a `create`.
  static func note(_ platform: String, _ client: KubernetesClient) async throws {
    try await apply(name, ["platform": .string(platform)], client)
  }

  /// The whole key of a cluster; nil if a part of it is not known.
  static func key(of container: Value, _ client: KubernetesClient) async throws -> String? {
    guard let cluster = container["Config"]["Labels"][label].stringValue,
      let noted = try await client.get(.configMaps, name, namespace: namespace)?["data"]["platform"].stringValue
    else { return nil }
    return try SnapshotKey.combined(cluster: cluster, platform: noted)
  }

  /// The restoration that made a node and has not been finished yet: its secrets are still those of the snapshot.
  static func unfinishedRestoration(of container: Value, _ client: KubernetesClient) async throws -> String? {
    guard let restoration = container["Config"]["Labels"][restorationLabel].stringValue else { return nil }
    let noted = try await client.get(.configMaps, restorationName, namespace: namespace)
    return noted?["data"]["finished"].stringValue == restoration ? nil : restoration
  }

  /// Notes that a restored cluster has secrets of its own.
  static func finish(_ restoration: String, _ client: KubernetesClient) async throws {
    try await apply(restorationName, ["finished": .string(restoration)], client)
  }

  private static func apply(_ name: String, _ data: Value, _ client: KubernetesClient) async throws {
    try await client.applyAll(
      [
        [
          "apiVersion": "v1", "kind": "ConfigMap",
          "metadata": ["name": .string(name), "namespace": .string(namespace)], "data": data,
        ]
      ], fieldManager: Platform.Names.fieldManager, deadline: .after(.seconds(30)))
  }
}
