import Diagnostics
import Documents
import Kubernetes
public import Packages
import Platform

/// Reads and checks packages and nothing else; needs no engine and no cluster.
///
/// - Parameters:
///   - packages: The values of `--package`.
///   - progress: Told what takes time: which repositories are fetched.
/// - Returns: The packages and what was found.
/// - Throws: A `Failure` if a value names no package, `CancellationError`.
public func validate(
  packages: [String], progress: @escaping @Sendable (String) -> Void
) async throws -> PackageReport {
  let clones = try CloneDirectory()
  defer { withExtendedLifetime(clones) {} }
  return try await PackageReader(checkouts: clones.checkouts(progress: progress))
    .read(packages, workingDirectory: CloneDirectory.workingDirectory)
}

/// What `get packages` shows.
///
/// - Parameters:
///   - cluster: The cluster.
///   - names: The names of CustomPackage records; empty for all.
///   - environment: The process environment.
/// - Returns: The packages, in the order of their names, or of `names`.
/// - Throws: A `Failure`; `notFound` when the cluster has no platform, or no package of a name.
public func packages(
  of cluster: ClusterReference, names: [String], environment: [String: String]
) async throws -> [ListedPackage] {
  let client = try await existingCluster(cluster, environment: environment)
  guard let localbuild = try await client.get(PlatformAccess.localbuilds, cluster.name) else {
    throw Failure(
      "cluster \(cluster.name) has no platform",
      remedy: "complete the platform: idpbuilder create --name \(cluster.name)", status: .notFound)
  }
  let all = try await listedPackages(client, cluster: cluster.name, try PlatformOptions(of: localbuild))
  return try names.isEmpty
    ? all
    : names.map { name in
      guard let found = all.first(where: { $0.name == name }) else {
        throw Failure(
          "there is no package \(name) in cluster \(cluster.name)",
          remedy: "idpbuilder get packages shows all there are",
          status: .notFound)
      }
      return found
    }
}

/// The user's packages on a cluster, in the order of their names.
func listedPackages(
  _ client: KubernetesClient, cluster: String, _ options: PlatformOptions
) async throws -> [ListedPackage] {
  let records = try await client.list(
    .customPackages, namespace: Names.projectNamespace(cluster: cluster)
  ).items.sorted { ($0["metadata"]["name"].stringValue ?? "") < ($1["metadata"]["name"].stringValue ?? "") }
  let applications = try await client.list(.applications).items
  return records.map { record in
    let wanted = record["spec"]["argoCD"]
    let own = applications.filter { application in
      let metadata = application["metadata"]
      guard metadata["namespace"] == wanted["namespace"] else { return false }
      return wanted["type"] == "ApplicationSet"
        ? metadata["ownerReferences"].elements.contains {
          $0["kind"] == "ApplicationSet" && $0["name"] == wanted["name"]
        }
        : metadata["name"] == wanted["name"]
    }
    return ListedPackage(record, applications: own, options: options)
  }
}
