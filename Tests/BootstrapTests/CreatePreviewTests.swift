import Documents
import Testing

@testable import Bootstrap

@Suite struct CreatePreviewTests {
  /// Nobody listens there: an engine that was asked would be an error.
  private let environment = ["DOCKER_HOST": "unix:///nowhere/docker.sock"]

  @Test("the plan is that of a new cluster with the platform, and every kind is defined before it is used")
  func platform() async throws {
    let preview = try await previewCreate(CreateOptions(), environment: environment)
    let ids = preview.plan.steps.map(\.id.rawValue)
    #expect(ids.contains("node-image") && ids.last == "hand-over")
    var defined: Set<String> = []
    for object in preview.objects {
      #expect(object["apiVersion"].stringValue != nil && object["metadata"]["name"].stringValue != nil)
      let kind = object["kind"].stringValue ?? ""
      if kind == "CustomResourceDefinition" { defined.insert(object["spec"]["names"]["kind"].stringValue ?? "") }
      if ["Application", "Localbuild", "GitRepository"].contains(kind) { #expect(defined.contains(kind)) }
    }
    #expect(preview.objects.count { $0["kind"] == "Application" } == 3)
  }

  @Test("nothing is made that only a cluster needs: no key, no password, no certificate")
  func secrets() async throws {
    let preview = try await previewCreate(CreateOptions(), environment: environment)
    #expect(!String(decoding: JSON.serialize(.array(preview.objects)), as: UTF8.self).contains("-----BEGIN"))
    let names = preview.objects.compactMap { $0["kind"] == "Secret" ? $0["metadata"]["name"].stringValue : nil }
    // Argo CD's two are empty until it starts; Gitea's hold settings and scripts, as in its chart.
    #expect(
      names.sorted() == [
        "argocd-notifications-secret", "argocd-secret", "my-gitea", "my-gitea-init", "my-gitea-inline-config",
      ])
  }

  @Test("the cluster alone has no objects, and the options are checked all the same")
  func clusterOnly() async throws {
    var options = CreateOptions()
    options.clusterOnly = true
    let preview = try await previewCreate(options, environment: environment)
    #expect(preview.objects.isEmpty && preview.plan.steps.last?.id.rawValue == "ready")
    options.name = "Not A Name"
    await #expect(throws: (any Error).self) { try await previewCreate(options, environment: environment) }
  }
}
