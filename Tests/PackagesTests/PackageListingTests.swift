import Documents
import Platform
import Testing

@testable import Packages

@Suite("What get packages shows")
struct PackageListingTests {
  @Test("a local package with a repository, and Argo CD's view of it")
  func local() async throws {
    let directory = try TemporaryDirectory(["app.yaml": Samples.application("app", repoURL: "cnoe://m"), "m/x": "x"])
    let (packages, _) = try PackagePlanTests.records(of: try await Samples.set(directory.path))
    let application: Value = ["status": ["sync": ["status": "Synced"], "health": ["status": "Progressing"]]]
    let listed = ListedPackage(try #require(packages.first), application: application, options: try PlatformOptions())
    #expect(
      listed.cells == [
        "app-app", "idpbuilder-localdev",
        "https://gitea.cnoe.localtest.me:8443/giteaAdmin/idpbuilder-localdev-app-m.git",
        "https://argocd.cnoe.localtest.me:8443/applications/argocd/app", "true", "Synced", "Progressing",
      ])
    #expect(
      Array(listed.json.members.keys.prefix(6)) == [
        "Name", "Namespace", "Type", "GitRepository", "ArgocdRepository", "Status",
      ])
    #expect(ListedPackage.columns.count == listed.cells.count)
  }

  @Test("a remote package without a repository of ours points at its own, a record without anything at nothing")
  func others() throws {
    let remote: Value = [
      "metadata": ["name": "a-b", "namespace": "idpbuilder-x"],
      "spec": ["remoteRepository": ["url": "https://host/o/r", "path": "p", "ref": ""], "argoCD": ["name": "b"]],
    ]
    let options = try PlatformOptions()
    #expect(ListedPackage(remote, application: nil, options: options).repository == "https://host/o/r/tree/main/p")
    let nothing = ListedPackage(nil, application: nil, options: options)
    #expect(nothing.repository == "")
    #expect(nothing.sync == "Unknown")
    #expect(!nothing.isSynced)
  }
}
