import Diagnostics
import Documents
import Kubernetes
public import Platform

/// Where a command finds its cluster.
public struct ClusterReference: Sendable, Hashable {
  /// The cluster's name.
  public var name: String
  /// Where the Docker Engine listens; nil for the usual places.
  public var dockerHost: String?
  /// The kubeconfig that may have it; nil for `KUBECONFIG` or `~/.kube/config`.
  public var kubeconfig: String?

  /// A cluster of an engine.
  public init(name: String, dockerHost: String? = nil, kubeconfig: String? = nil) {
    self.name = name
    self.dockerHost = dockerHost
    self.kubeconfig = kubeconfig
  }
}

/// What `get secrets` shows.
///
/// - Parameters:
///   - cluster: The cluster.
///   - packages: Only these packages; empty for all.
///   - environment: The process environment.
/// - Returns: The administrators' secrets, then those of packages, in order of namespace and name.
/// - Throws: A `Failure`; `notFound` when a package that was named has no secret.
public func secrets(
  of cluster: ClusterReference, packages: [String], environment: [String: String]
) async throws -> [ListedSecret] {
  let client = try await existingCluster(cluster, environment: environment)
  var found: [ListedSecret] = []
  for query in SecretQuery.all(packages: packages) {
    switch query {
    case .core(let namespace, let name):
      if let secret = try await client.get(.secrets, name, namespace: namespace) {
        found.append(ListedSecret(secret, isCore: true))
      }
    case .labelled(let selector):
      let items = try await client.list(.secrets, labels: selector).items
      found += items.map { ListedSecret($0, isCore: false) }
        .sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    }
  }
  if found.isEmpty, !packages.isEmpty {
    throw Failure(
      "no secrets of \(packages.joined(separator: ", ")) are in cluster \(cluster.name)",
      remedy: "idpbuilder get secrets shows all there are", status: .notFound)
  }
  return found
}

/// The platform's certificate as PEM.
///
/// - Parameters:
///   - cluster: The cluster.
///   - environment: The process environment.
/// - Returns: The text to give to `curl --cacert` and the like.
/// - Throws: A `Failure`; `notFound` when the cluster has no platform.
public func certificate(of cluster: ClusterReference, environment: [String: String]) async throws -> String {
  let client = try await existingCluster(cluster, environment: environment)
  let secret = try await client.get(
    .secrets, Names.Certificate.secret, namespace: Names.Certificate.publicNamespace)
  guard let data = secret?["data"][Names.Certificate.caKey].stringValue, let text = Base64.decodeText(data) else {
    throw Failure(
      "cluster \(cluster.name) has no platform certificate",
      remedy: "complete the platform: idpbuilder create --name \(cluster.name)", status: .notFound)
  }
  return text
}
