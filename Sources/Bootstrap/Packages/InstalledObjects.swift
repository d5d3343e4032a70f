import Documents
import Kubernetes
import Platform

/// What the cluster has of packages before a run, looked up once for all of them.
struct InstalledObjects: Sendable {
  /// idpbuilder's records.
  let customPackages: [Value]
  let gitRepositories: [Value]
  private let byIdentity: [String: Value]

  /// Lists everything.
  ///
  /// - Parameters:
  ///   - client: The cluster.
  ///   - cluster: Its name.
  /// - Throws: What the API server answers, or `CancellationError`.
  init(_ client: KubernetesClient, cluster: String) async throws {
    let namespace = Names.projectNamespace(cluster: cluster)
    async let packages = client.list(.customPackages, namespace: namespace)
    async let repositories = client.list(.gitRepositories, namespace: namespace)
    async let applications = client.list(.applications)
    async let sets = client.list(.applicationSets)
    (customPackages, gitRepositories) = try await (packages.items, repositories.items)
    var byIdentity: [String: Value] = [:]
    // Items of a list do not say their kind.
    for (kind, objects) in [
      ("CustomPackage", customPackages), ("GitRepository", gitRepositories),
      ("Application", try await applications.items), ("ApplicationSet", try await sets.items),
    ] {
      for object in objects { byIdentity[Self.identity(kind, object)] = object }
    }
    self.byIdentity = byIdentity
  }

  /// The object of the same kind, namespace and name; nil if there is none.
  func counterpart(of object: Value) -> Value? {
    byIdentity[Self.identity(object["kind"].stringValue ?? "", object)]
  }

  private static func identity(_ kind: String, _ object: Value) -> String {
    let metadata = object["metadata"]
    return "\(kind)/\(metadata["namespace"].stringValue ?? "")/\(metadata["name"].stringValue ?? "")"
  }
}
