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
    let listed = ListedPackage(
      try #require(packages.first), applications: [application], options: try PlatformOptions())
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
    #expect(ListedPackage(remote, applications: [], options: options).repository == "https://host/o/r/tree/main/p")
    let nothing = ListedPackage(nil, applications: [], options: options)
    #expect(nothing.repository == "")
    #expect(nothing.sync == "Unknown")
    #expect(!nothing.isSynced)
  }

  @Test(
    "of several Applications the worst state is shown",
    arguments: [
      (["Synced/Healthy", "Synced/Healthy"], "Synced", "Healthy"),
      (["Synced/Healthy", "OutOfSync/Progressing"], "OutOfSync", "Progressing"),
      (["Synced/Degraded", "Synced/Suspended"], "Synced", "Degraded"), (["Synced/Healthy", "/"], "Unknown", "Unknown"),
      ([], "Unknown", "Unknown"),
    ])
  func worst(states: [String], sync: String, health: String) throws {
    let applications: [Value] = states.map { state in
      let parts = state.split(separator: "/", omittingEmptySubsequences: false).map { Value.string(String($0)) }
      return ["status": ["sync": ["status": parts[0]], "health": ["status": parts[1]]]]
    }
    let listed = ListedPackage(nil, applications: applications, options: try PlatformOptions())
    #expect(listed.sync == sync)
    #expect(listed.health == health)
  }
}
