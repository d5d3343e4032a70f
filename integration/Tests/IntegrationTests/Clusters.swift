import Documents
import Harness
import Kubernetes
import Testing

/// Tests that make clusters, one after another: the machine that runs them is small.
@Suite(
  "Clusters", .serialized,
  .enabled(
    if: HarnessEnvironment.hasEngine && HarnessEnvironment.binary != nil,
    "needs a Docker Engine and the idpbuilder binary"))
struct Clusters {}

extension Scenario {
  /// What is left of a cluster in the engine and in the kubeconfig.
  func remains(of name: String? = nil) async throws -> [String] {
    let name = name ?? cluster
    var found = try await Docker().containers(cluster: name)
    if (TextFile.read(kubeconfig) ?? "").contains("kind-\(name)\n") { found.append("kubeconfig entry kind-\(name)") }
    return found
  }

  /// A client of the cluster through the kubeconfig that was written.
  func kubernetes(_ name: String? = nil) throws -> KubernetesClient {
    let paths = KubeconfigPaths(explicit: kubeconfig, environment: [:])
    return KubernetesClient(try paths.access(context: "kind-\(name ?? cluster)"))
  }

  /// The clusters as `get clusters -o json` prints them, by name.
  func clusters() async throws -> [String: Value] {
    let result = try await idpbuilder("get", "clusters", "-o", "json")
    try #require(result.status == 0, "\(result.transcript)")
    return Dictionary(
      try JSON.parse(result.output).elements.map { ($0["name"].stringValue ?? "", $0) },
      uniquingKeysWith: { first, _ in first })
  }
}
