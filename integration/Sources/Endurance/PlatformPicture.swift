import Documents
public import Kubernetes

/// The names of everything that is in a cluster, so that two clusters can be compared.
///
/// Names that controllers make up (of pods, replica sets, tokens) are replaced by what they begin with, so that their
/// number counts.
public struct PlatformPicture: Sendable, Equatable {
  /// `kind namespace/name`, sorted; a name that occurs twice is there twice.
  public let objects: [String]

  private static let types: [(apiVersion: String, kind: String)] = [
    ("v1", "Namespace"), ("v1", "Node"), ("v1", "Secret"), ("v1", "ConfigMap"), ("v1", "Service"),
    ("v1", "ServiceAccount"), ("v1", "PersistentVolumeClaim"), ("v1", "Pod"), ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "IngressClass"), ("storage.k8s.io/v1", "StorageClass"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"), ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"), ("argoproj.io/v1alpha1", "Application"),
    ("idpbuilder.cnoe.io/v1alpha1", "Localbuild"), ("idpbuilder.cnoe.io/v1alpha1", "GitRepository"),
  ]

  /// Looks at a cluster.
  /// - Parameters:
  ///   - client: the cluster's client.
  ///   - cluster: its name, which is replaced by `CLUSTER` wherever it occurs.
  /// - Throws: what the client throws.
  public init(_ client: KubernetesClient, cluster: String) async throws {
    var found: [String] = []
    for (apiVersion, kind) in Self.types {
      let type = try await client.resourceType(apiVersion: apiVersion, kind: kind)
      for object in try await client.list(type).items {
        let name = Self.stableName(of: object)
        let namespace = object["metadata"]["namespace"].stringValue.map { $0 + "/" } ?? ""
        found.append("\(kind) \(namespace)\(name)".replacing(cluster, by: "CLUSTER"))
      }
    }
    objects = found.sorted()
  }

  /// What differs, in words; empty if nothing does.
  /// - Parameter expected: the picture of a cluster that nothing happened to.
  /// - Returns: one line for each difference.
  public func differences(from expected: PlatformPicture) -> [String] {
    let (mine, theirs) = (Self.counts(objects), Self.counts(expected.objects))
    return Set(mine.keys).union(theirs.keys).sorted().compactMap { name in
      let (have, want) = (mine[name] ?? 0, theirs[name] ?? 0)
      return have == want ? nil : "\(name): \(have) instead of \(want)"
    }
  }

  private static func stableName(of object: Value) -> String {
    let name = object["metadata"]["name"].stringValue ?? ""
    guard let owner = object["metadata"]["ownerReferences"][0]["name"].stringValue, name.hasPrefix(owner) else {
      return name
    }
    // A replica set's own name ends in a hash as well.
    let isOfReplicaSet = object["metadata"]["ownerReferences"][0]["kind"] == "ReplicaSet"
    return isOfReplicaSet ? owner.split(separator: "-").dropLast().joined(separator: "-") + "-…" : owner + "-…"
  }

  private static func counts(_ names: [String]) -> [String: Int] {
    Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
  }
}

extension String {
  func replacing(_ part: String, by other: String) -> String {
    split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
  }
}
