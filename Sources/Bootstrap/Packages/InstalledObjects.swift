import Documents
import Kubernetes
import Platform

/// What the cluster has of packages before a run, looked up once for all of them.
struct InstalledObjects: Sendable {
  /// idpbuilder's records.
  let customPackages: [Value]
  let gitRepositories: [Value]
  /// Argo CD's, whoever made them.
  let applications: [Value]
  let applicationSets: [Value]
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
    (self.applications, applicationSets) = try await (applications.items, sets.items)
    let all = [customPackages, gitRepositories, self.applications, applicationSets].joined()
    byIdentity = Dictionary(all.map { (Self.identity($0), $0) }, uniquingKeysWith: { $1 })
  }

  /// The object of the same kind, namespace and name; nil if there is none.
  func counterpart(of object: Value) -> Value? {
    byIdentity[Self.identity(object)]
  }

  private static func identity(_ object: Value) -> String {
    let metadata = object["metadata"]
    return [object["kind"], metadata["namespace"], metadata["name"]].map { $0.stringValue ?? "" }.joined(separator: "/")
  }
}
