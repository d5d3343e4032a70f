import Documents
import Platform
import Testing

@testable import Packages

@Suite("Sets of packages")
struct PackageSetTests {
  @Test("names are idpbuilder's")
  func names() async throws {
    let directory = try TemporaryDirectory([
      "My.App.yaml": Samples.application("my-app", repoURL: "cnoe://sub/app1"), "sub/app1/cm.yaml": "a: 1",
    ])
    let installation = try #require(try await Samples.set(directory.path).installations.first)
    #expect(installation.recordName == "my-my-app")
    #expect(installation.repositories.map(\.name) == ["my-app-app1"])
    #expect(installation.repositories.map(\.repositoryName) == ["idpbuilder-localdev-my-app-app1"])
  }

  @Test("a reference to the package's own directory takes that directory's name")
  func ownDirectory() async throws {
    let directory = try TemporaryDirectory([
      "vcluster-multi-env/v.yaml": Samples.applicationSet("vclusters", generators: "[]", repoURL: "cnoe://")
    ])
    let set = try await Samples.set("\(directory.path)/vcluster-multi-env")
    #expect(set.repositories.map(\.name) == ["vclusters-vcluster-multi-env"])
    #expect(set.repositories.map(\.directory) == ["\(directory.path)/vcluster-multi-env"])
  }

  @Test("a directory that is referred to in several ways is one repository")
  func sharedDirectory() async throws {
    let directory = try TemporaryDirectory([
      "app.yaml": """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: app}
      spec:
        sources:
        - {repoURL: 'cnoe://one', path: a}
        - {repoURL: 'cnoe://./one/', path: b}
        - {repoURL: 'https://elsewhere', helm: {valuesObject: {url: 'cnoe://one'}}}
      """, "one/x": "x",
    ])
    let installation = try #require(try await Samples.set(directory.path).installations.first)
    #expect(installation.repositories.count == 1)
    let object = installation.object { "https://git/\($0.repositoryName)" }
    #expect(object["spec"]["sources"][0]["repoURL"] == "https://git/idpbuilder-localdev-app-one")
    #expect(object["spec"]["sources"][1]["repoURL"] == "https://git/idpbuilder-localdev-app-one")
    #expect(object["spec"]["sources"][2]["repoURL"] == "https://elsewhere")
    #expect(
      object["spec"]["sources"][2]["helm"]["valuesObject"]["url"] == "https://git/idpbuilder-localdev-app-one")
  }

  @Test("two directories of the same last name get two repositories, the first one idpbuilder's name")
  func sameBase() async throws {
    let directory = try TemporaryDirectory([
      "app.yaml": """
      apiVersion: argoproj.io/v1alpha1
      kind: Application
      metadata: {name: app}
      spec: {sources: [{repoURL: 'cnoe://a/manifests'}, {repoURL: 'cnoe://b/manifests'}]}
      """, "a/manifests/x": "x", "b/manifests/y": "y",
    ])
    let first = try await Samples.set(directory.path).repositories.map(\.name)
    #expect(first.first == "app-manifests")
    #expect(Set(first).count == 2)
    #expect(first.last?.hasPrefix("app-manifests-") == true)
    #expect(try await Samples.set(directory.path).repositories.map(\.name) == first, "names do not change")
  }

  @Test(
    "names that Kubernetes or Gitea refuse are made acceptable and stay different",
    arguments: ["My_Dir", "with space", "ünïcode", "dir.git", "dir.wiki", "-", "...x", "__"])
  func oddNames(name: String) async throws {
    let directory = try TemporaryDirectory(["_\(name).yaml": Samples.application("app", repoURL: "cnoe://\(name)")])
    try directory.write("\(name)/file", "x")
    let installation = try #require(try await Samples.set(directory.path).installations.first)
    for made in [installation.recordName] + installation.repositories.map(\.name) {
      #expect(KubernetesName.fault(inSubdomain: made) == nil, "\(made)")
    }
    #expect(installation.repositories.first?.name.hasPrefix("app-") == true)
    #expect(installation.repositories.first?.name.hasSuffix(".git") == false)
  }

  @Test("of two packages with the same Application the later wins, and the loser leaves nothing")
  func conflict() async throws {
    let one = try TemporaryDirectory([
      "app.yaml": Samples.application("app", repoURL: "cnoe://one"), "one/x": "x",
      "other.yaml": Samples.application("other"),
    ])
    let two = try TemporaryDirectory(["app.yaml": Samples.application("app", repoURL: "cnoe://two"), "two/x": "x"])
    let forward = try await Samples.set(one.path, two.path)
    #expect(forward.installations.map(\.application.file) == ["\(one.path)/other.yaml", "\(two.path)/app.yaml"])
    #expect(forward.installations.map(\.priority) == [0, 1])
    #expect(forward.repositories.map(\.name) == ["app-two"])
    #expect(
      forward.superseded.map(\.description) == [
        "Application app of \(one.path)/app.yaml:1:1 is replaced by the one of \(two.path)/app.yaml:1:1"
      ])
    let backward = try await Samples.set(two.path, one.path)
    #expect(backward.repositories.map(\.name) == ["app-one"])
    #expect(backward.superseded.map(\.source) == [.directory(two.path)])
  }

  @Test("what is applied is the document with addresses and idpbuilder's labels")
  func object() async throws {
    let directory = try TemporaryDirectory([
      "a.yaml": Samples.application("a", repoURL: "cnoe://m").replacingOnce(
        "  namespace: argocd\n", with: "  labels: {mine: kept}\n  annotations: {also: kept}\n"), "m/x": "x",
      "b.yaml": Samples.application("b"),
    ])
    let set = try await Samples.set(directory.path)
    let objects = set.installations.map { $0.object { "https://git/\($0.repositoryName).git" } }
    let first = try #require(objects.first)
    #expect(
      first["metadata"] == [
        "name": "a", "namespace": "argocd", "annotations": ["also": "kept"],
        "labels": ["mine": "kept", "cnoe.io/package-name": "a", "cnoe.io/package-type": "custom"],
      ])
    #expect(first["spec"]["source"]["repoURL"] == "https://git/idpbuilder-localdev-a-m.git")
    let second = try #require(objects.last)
    #expect(second["spec"] == set.installations.last?.application.document.value["spec"], "unchanged without cnoe://")
  }

  @Test("ApplicationSets with Git generators and templates point at the same repository")
  func applicationSets() async throws {
    let directory = try TemporaryDirectory([
      "s.yaml": Samples.applicationSet(
        "s",
        generators:
          "[{matrix: {generators: [{git: {repoURL: 'cnoe://t', files: [{path: '**/c.yaml'}]}}, {list: {}}]}}]",
        repoURL: "cnoe://t"), "t/x/c.yaml": "a: 1",
    ])
    let installation = try #require(try await Samples.set(directory.path).installations.first)
    #expect(installation.repositories.map(\.name) == ["s-t"])
    let object = installation.object { "https://git/\($0.repositoryName)" }
    #expect(object["spec"]["template"]["spec"]["source"]["repoURL"] == "https://git/idpbuilder-localdev-s-t")
    #expect(
      object["spec"]["generators"][0]["matrix"]["generators"][0]["git"]["repoURL"]
        == "https://git/idpbuilder-localdev-s-t")
  }
}
