import Documents
import Platform
import Testing

@testable import Packages

@Suite("Records and plans")
struct PackagePlanTests {
  /// Records of a set as they would be in the cluster.
  static func records(of set: PackageSet) throws -> (packages: [Value], repositories: [Value]) {
    let records = BuildRecords(cluster: set.cluster, options: try PlatformOptions(), startTime: "2026-01-01T00:00:00Z")
    var packages: [Value] = []
    var repositories: [Value] = []
    for (index, installation) in set.installations.enumerated() {
      var package = records.customPackage(installation)
      package["metadata"]["uid"] = .string("uid-\(index)")
      let made = installation.repositories.map { records.gitRepository($0, owner: package) }
      package["status"] = records.customPackageStatus(installation, repositories: made)["status"]
      packages.append(package)
      repositories += made
    }
    return (packages, repositories + [records.gitRepository(.gitea)])
  }

  @Test("a record of a local package has idpbuilder's fields")
  func localRecord() async throws {
    let directory = try TemporaryDirectory(["App.yaml": Samples.application("app", repoURL: "cnoe://m"), "m/x": "x"])
    let set = try await Samples.set(directory.path)
    let (packages, repositories) = try Self.records(of: set)
    let url: Value = "https://gitea.cnoe.localtest.me:8443"
    #expect(
      packages.first?["spec"] == [
        "replicate": true, "gitServerURL": url, "internalGitServeURL": url,
        "gitServerAuthSecretRef": ["name": "gitea-credential", "namespace": "gitea"],
        "remoteRepository": ["cloneSubmodules": false, "path": "", "url": "", "ref": ""],
        "argoCD": [
          "applicationFile": .string("\(directory.path)/App.yaml"), "name": "app", "namespace": "argocd",
          "type": "Application",
        ],
      ])
    #expect(packages.first?["metadata"]["name"] == "app-app")
    #expect(packages.first?["metadata"]["namespace"] == "idpbuilder-localdev")
    let annotations = packages.first?["metadata"]["annotations"]
    #expect(annotations?["cnoe.io/package-priority"] == "0")
    #expect(annotations?["cnoe.io/package-source-path"] == .string(directory.path))
    #expect(annotations?["cnoe.io/cli-start-time"] == "2026-01-01T00:00:00Z")
    #expect(repositories.first?["spec"]["source"]["type"] == "local")
    #expect(repositories.first?["spec"]["source"]["path"] == .string("\(directory.path)/m"))
    #expect(repositories.first?["metadata"]["ownerReferences"][0]["kind"] == "CustomPackage")
    #expect(
      packages.first?["status"] == [
        "synced": true,
        "gitRepositoryRefs": [["namespace": "idpbuilder-localdev", "name": "app-m", "uid": nil]],
      ])
  }

  @Test("a record of a remote package has its address without credentials, and paths in the repository")
  func remoteRecord() async throws {
    let clone = try TemporaryDirectory(["stacks/basic/app.yaml": Samples.application("app", repoURL: "cnoe://../m")])
    try clone.write("stacks/m/x", "x")
    let sources = try PackageSource.parse(
      ["https://me:secret@host/o/r//stacks/basic?ref=v1&submodules=false"], workingDirectory: "/")
    let report = try await PackageReader { _ in clone.path }.read(sources)
    #expect(report.findings.isEmpty, "\(report.findings)")
    let (packages, repositories) = try Self.records(of: PackageSet(report.packages, cluster: "localdev"))
    let remote: Value = ["cloneSubmodules": false, "path": "stacks/basic", "url": "https://host/o/r", "ref": "v1"]
    #expect(packages.first?["spec"]["remoteRepository"] == remote)
    #expect(packages.first?["spec"]["argoCD"]["applicationFile"] == "stacks/basic/app.yaml")
    #expect(repositories.first?["metadata"]["name"] == "app-m")
    #expect(
      repositories.first?["spec"]["source"] == ["type": "remote", "path": "stacks/m", "remoteRepository": remote])
    #expect(!"\(packages) \(repositories)".contains("secret@"))
    #expect(!"\(packages)".contains("me:secret"))
    #expect(
      GivenPackages(sources).addresses == ["https://host/o/r//stacks/basic?ref=v1&submodules=false"])
  }

  @Test("faults of a remote package name the place in its repository")
  func remoteFaults() async throws {
    let clone = try TemporaryDirectory([
      "p/app.yaml": Samples.application("x", repoURL: "cnoe://../../../outside"), "p/b.yaml": "a: [",
    ])
    let sources = try PackageSource.parse(
      ["https://host/o/r//p", "https://host/o/r//gone?x=1", "https://other/o/r//p"], workingDirectory: "/")
    let report = try await PackageReader { source in
      if source.address.contains("other") { throw Samples.NoRemotes() }
      return clone.path
    }.read(sources)
    let errors = report.errors.map(\.description)
    #expect(errors.count == 4, "\(errors)")
    #expect(errors.first?.hasPrefix("https://host/o/r//p/app.yaml:10:14: cnoe://../../../outside: ") == true)
    #expect(errors.dropFirst().first?.hasPrefix("https://host/o/r//p/b.yaml:") == true)
    #expect(errors.dropFirst(2).first?.contains("no such directory in the repository") == true)
    #expect(errors.last?.hasPrefix("https://other/o/r//p: the repository cannot be fetched") == true)
    #expect(report.warnings.map { $0.fault.message } == ["the parameter “x” has no meaning"])
  }

  @Test("of the same packages again nothing is left over")
  func again() async throws {
    let directory = try TemporaryDirectory(["a.yaml": Samples.application("a", repoURL: "cnoe://m"), "m/x": "x"])
    let set = try await Samples.set(directory.path)
    let (packages, repositories) = try Self.records(of: set)
    let plan = set.plan(customPackages: packages, gitRepositories: repositories)
    #expect(plan.leftovers.isEmpty)
    #expect(plan.replaced.isEmpty)
  }

  @Test("what is not given any longer is left over, with everything that was made for it")
  func removed() async throws {
    let directory = try TemporaryDirectory([
      "a.yaml": Samples.application("a", repoURL: "cnoe://m"), "m/x": "x",
      "s.yaml": Samples.applicationSet("s", generators: "[]"),
    ])
    let (packages, repositories) = try Self.records(of: try await Samples.set(directory.path))
    let plan = PackageSet([], cluster: "localdev").plan(customPackages: packages, gitRepositories: repositories)
    #expect(plan.replaced.isEmpty)
    #expect(
      plan.leftovers.map(\.description) == [
        "Application a, repository idpbuilder-localdev-a-m of \(directory.path)",
        "ApplicationSet s of \(directory.path)",
      ])
    #expect(plan.leftovers.map(\.recordName) == ["a-a", "s-s"])
    #expect(plan.leftovers.first?.repositoryRecords == ["a-m"])
    #expect(plan.leftovers.first?.application == .init(kind: "Application", namespace: "argocd", name: "a"))
  }

  @Test("a package that another one replaces is removed without asking; what both have stays")
  func replaced() async throws {
    let old = try TemporaryDirectory([
      "old.yaml": Samples.application("app", repoURL: "cnoe://one"), "one/x": "x",
    ])
    let new = try TemporaryDirectory([
      "new.yaml": Samples.application("app", repoURL: "cnoe://two"), "two/x": "x",
    ])
    let (packages, repositories) = try Self.records(of: try await Samples.set(old.path))
    let set = try await Samples.set(old.path, new.path)
    let plan = set.plan(customPackages: packages, gitRepositories: repositories)
    #expect(plan.leftovers.isEmpty)
    let replaced = try #require(plan.replaced.first)
    #expect(replaced.recordName == "old-app")
    #expect(replaced.application == nil, "the new package still has it")
    #expect(replaced.repositoryRecords == ["app-one"])
  }

  @Test("a repository that an Application has no use for any longer is left over")
  func staleRepository() async throws {
    let directory = try TemporaryDirectory([
      "a.yaml": Samples.application("a", repoURL: "cnoe://m"), "m/x": "x", "n/x": "x",
    ])
    let (packages, repositories) = try Self.records(of: try await Samples.set(directory.path))
    try directory.write("a.yaml", Samples.application("a", repoURL: "cnoe://n"))
    let set = try await Samples.set(directory.path)
    let plan = set.plan(customPackages: packages, gitRepositories: repositories)
    #expect(plan.leftovers.map(\.repositoryRecords) == [["a-m"]])
    #expect(plan.leftovers.first?.recordName == nil)
    #expect(plan.leftovers.first?.application == nil)
  }

  @Test("an Application that became an ApplicationSet of the same name is replaced")
  func changedKind() async throws {
    let directory = try TemporaryDirectory(["a.yaml": Samples.application("a")])
    let (packages, repositories) = try Self.records(of: try await Samples.set(directory.path))
    try directory.write("a.yaml", Samples.applicationSet("a", generators: "[]"))
    let plan = try await Samples.set(directory.path).plan(customPackages: packages, gitRepositories: repositories)
    #expect(plan.replaced.map(\.application?.kind) == ["Application"])
    #expect(plan.replaced.map(\.recordName) == [nil])
  }

  @Test("records of any shape are taken without harm")
  func hostileRecords() {
    let odd: [Value] = [nil, [], "x", ["metadata": 1], ["metadata": ["name": "a"], "spec": ["argoCD": [1]]]]
    let plan = PackageSet([], cluster: "x").plan(customPackages: odd, gitRepositories: odd)
    #expect(plan.leftovers.map(\.recordName) == ["a"])
  }
}
