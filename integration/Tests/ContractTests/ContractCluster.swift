import Harness
import Kubernetes
import Testing

/// The cluster that the contract is asked of: `CONTRACT_KUBECONFIG`, or a stand-in made for the run.
struct ContractCluster: SuiteTrait, TestScoping {
  @TaskLocal static var api: API?

  var isRecursive: Bool { false }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    if let given = HarnessEnvironment.all["CONTRACT_KUBECONFIG"] {
      let access = try KubeconfigPaths(explicit: given, environment: [:]).access()
      return try await Self.$api.withValue(API(access)) { try await function() }
    }
    guard HarnessEnvironment.hasEngine, HarnessEnvironment.binary != nil else { return try await function() }
    try await Scenario.run("contract") { scenario in
      let image = try await NodeImage.shared.reference()
      let created = try await scenario.idpbuilder(
        "create", "--cluster-only", "--name", scenario.cluster, "--node-image", image)
      try #require(created.status == 0, "\(created.transcript)")
      let access = try KubeconfigPaths(explicit: scenario.kubeconfig, environment: [:]).access()
      try await Self.$api.withValue(API(access)) { try await function() }
    }
  }
}

extension Trait where Self == ContractCluster {
  /// Runs the suite against one cluster.
  static var contractCluster: ContractCluster { ContractCluster() }
}

/// What a Kubernetes API server promises, as far as idpbuilder relies on it.
@Suite(
  "Contract of the API server", .contractCluster,
  .enabled(
    if: HarnessEnvironment.all["CONTRACT_KUBECONFIG"] != nil
      || (HarnessEnvironment.hasEngine && HarnessEnvironment.binary != nil),
    "needs CONTRACT_KUBECONFIG, or a Docker Engine and the idpbuilder binary"))
struct Contract {}

/// Runs a body in a namespace of its own.
func withNamespace(_ body: (API) async throws -> Void) async throws {
  var api = try #require(ContractCluster.api)
  let created = try await api.create("/api/v1/namespaces", ["metadata": ["generateName": "contract-"]])
  try #require(created.code == 201, "\(created.value)")
  api.namespace = created.name
  do {
    // As a real client does: what a namespace brings by itself is waited for.
    _ = try await api.until(api.path("serviceaccounts"), "default") { $0 != nil }
    try await body(api)
  } catch {
    _ = try await api.send(.delete, "/api/v1/namespaces/\(api.namespace)")
    throw error
  }
  _ = try await api.send(.delete, "/api/v1/namespaces/\(api.namespace)")
}
