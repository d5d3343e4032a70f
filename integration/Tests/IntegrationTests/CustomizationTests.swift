import Documents
import Harness
import Kubernetes
import Testing

/// Files given with `-c` that are refused; nothing is touched, so no engine is needed.
@Suite("changes to packages that are refused", .enabled(if: HarnessEnvironment.binary != nil, "needs the binary"))
struct RefusedCustomizationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var package = "gitea"
    /// The file's content; nil for a file that does not exist.
    var content: String?
    var status: Int32 = 65
    var message: String
    var testDescription: String { message }
  }

  @Test(
    "a bad file given with -c is refused with its place, before anything is made",
    arguments: [
      Case(package: "nothere", content: "", status: 64, message: "there is no package nothere"),
      Case(message: "change.yaml given with -c does not exist"),
      Case(content: "", message: "the file has no Kubernetes object in it"),
      Case(content: "a: [1\n", message: "change.yaml:2:1: did not find expected ',' or ']'"),
      Case(content: "just: text\n", message: "change.yaml:1:1: not a Kubernetes object: it has no apiVersion"),
      Case(
        content: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  namespace: gitea\n",
        message: "not a Kubernetes object: it has no metadata.name"),
    ])
  func refusal(refused: Case) async throws {
    try await Scenario.run("refusedCustomization") { scenario in
      let file = scenario.folder + "/change.yaml"
      if let content = refused.content { try TextFile.write(file, content) }
      let result = try await scenario.idpbuilder(
        "create", "--name", scenario.cluster, "-c", "\(refused.package):\(file)")
      #expect(result.status == refused.status, "\(result.transcript)")
      #expect(result.errors.contains(refused.message), "\(result.transcript)")
      #expect(result.output.isEmpty)
      #expect(!TextFile.exists(scenario.kubeconfig))
    }
  }
}

extension Clusters {
  /// What users change about the platform's packages.
  @Suite("changes to packages", .enabled(if: NodeImage.isStandIn, "the failures are the stand-in's"))
  struct Customization {
    @Test("a change that the API server refuses is named; the corrected file completes the platform, and is in Git")
    func corrected() async throws {
      try await Scenario.run { scenario in
        let file = scenario.folder + "/change.yaml"
        let added = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mine\ndata:\n  step: "
        try TextFile.write(file, "apiVersion: example.org/v1\nkind: Unheard\nmetadata:\n  name: of\n")
        let refused = try await scenario.createPlatform("-c", "gitea:\(file)")
        #expect(refused.status != 0)
        #expect(refused.errors.contains("Unheard"), "\(refused.transcript)")
        let client = try scenario.kubernetes()
        let node = try await client.get(.nodes, "\(scenario.cluster)-control-plane")
        #expect(node != nil, "the cluster is kept")

        try TextFile.write(file, added + "one\n")
        let completed = try await scenario.createPlatform("-c", "gitea:\(file)")
        try #require(completed.status == 0, "\(completed.transcript)")
        #expect(try await step(client) == "one")
        #expect(try await isTracked(client))

        // The same again changes nothing, and is quick; another content is pushed and applied.
        let same = try await scenario.createPlatform("-c", "gitea:\(file)")
        #expect(same.status == 0)
        #expect(same.errors.contains("repositories: unchanged"), "\(same.transcript)")
        #expect(same.duration < .seconds(30))
        try TextFile.write(file, added + "two\n")
        let changed = try await scenario.createPlatform("-c", "gitea:\(file)")
        #expect(changed.status == 0, "\(changed.transcript)")
        #expect(changed.errors.contains("repositories: 1 pushed"), "\(changed.transcript)")
        #expect(try await step(client) == "two")
      }
    }

    private func step(_ client: KubernetesClient) async throws -> String? {
      try await client.get(.configMaps, "mine", namespace: "gitea")?["data"]["step"].stringValue
    }

    /// Whether Argo CD found the object in the package's repository.
    private func isTracked(_ client: KubernetesClient) async throws -> Bool {
      let type = ResourceType(
        group: "argoproj.io", version: "v1alpha1", plural: "applications", kind: "Application")
      let application = try await client.get(type, "gitea", namespace: "argocd")
      return application?["status"]["resources"].elements.contains {
        $0["kind"] == "ConfigMap" && $0["name"] == "mine"
      } == true
    }
  }
}
