import Diagnostics
import Documents
import Testing

@testable import Packages

@Suite("Reading packages")
struct ReadingTests {
  @Test("top-level YAML files count in the order of their names, and all documents of a file")
  func order() async throws {
    let directory = try TemporaryDirectory([
      "b.yml": Samples.application("b1") + "---\n" + Samples.application("b2"),
      "a.yaml": "# a comment\n---\n" + Samples.application("a"), "B.yaml": Samples.application("upper"),
      "readme.md": "# no YAML", "sub/deep.yaml": Samples.application("deep"),
    ])
    let report = try await Samples.read(directory.path)
    #expect(report.findings.isEmpty, "\(report.findings)")
    let applications = try #require(report.packages.first?.applications)
    #expect(applications.map(\.name) == ["upper", "a", "b1", "b2"])
    #expect(applications.map(\.document.index) == [0, 0, 0, 1])
    #expect(applications[3].file == "\(directory.path)/b.yml")
    #expect(applications[3].place == "\(directory.path)/b.yml:13:1")
  }

  @Test("a single file is a package, and its directory the place that references count from")
  func singleFile() async throws {
    let directory = try TemporaryDirectory([
      "app.yaml": Samples.application("app", repoURL: "cnoe://manifests"), "manifests/cm.yaml": "a: 1",
      "broken.yaml": "{",
    ])
    let report = try await Samples.read("\(directory.path)/app.yaml")
    #expect(report.findings.isEmpty, "\(report.findings)")
    let application = try #require(report.packages.first?.applications.first)
    #expect(application.directories.map(\.path) == ["\(directory.path)/manifests"])
    #expect(application.directories.first?.position == Position(line: 10, column: 14))
  }

  @Test("other documents are reported, not skipped in silence")
  func otherDocuments() async throws {
    let directory = try TemporaryDirectory([
      "all.yaml": """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings}
      ---
      apiVersion: app.k8s.io/v1beta1
      kind: Application
      metadata: {name: other}
      ---
      \(Samples.application("mine"))
      """,
      "empty.yaml": "# nothing\n",
    ])
    let report = try await Samples.read(directory.path)
    #expect(report.errors.isEmpty)
    #expect(report.warnings.count == 3)
    #expect(report.warnings.first?.description.contains("all.yaml:1:1: warning: ConfigMap settings (v1)") == true)
    #expect(report.warnings.dropFirst().first?.description.contains("app.k8s.io/v1beta1") == true)
    #expect(report.warnings.last?.description.contains("empty.yaml: warning: there is no document") == true)
    #expect(report.packages.first?.applications.map(\.name) == ["mine"])
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let text: String
    /// What the finding must end with or contain, after the file's name.
    let finding: String
    var testDescription: String { finding }
  }

  static let faults = [
    Fault(text: "a: [1, 2", finding: ":1:"),
    Fault(text: "a: 1\nb: 2\n", finding: ":1:1: the document has no “kind”"),
    Fault(text: "---\nkind: X\n", finding: ":2:1: the document has no “apiVersion”"),
    Fault(text: "- 1\n", finding: ":1:1: expected a Kubernetes object, found a list"),
    Fault(text: "just text\n", finding: ":1:1: expected a Kubernetes object, found a string"),
    Fault(text: "kind: 3\napiVersion: v1\n", finding: ":1:7: the document has no “kind”"),
    Fault(
      text: Samples.application("x").replacingOnce("  name: x\n", with: ""),
      finding: ":4:3: there is no “metadata.name”"),
    Fault(
      text: Samples.application("123"), finding: ":4:9: metadata.name must be a text, found an integer; quote it"),
    Fault(text: Samples.application("My_App"), finding: ":4:9: metadata.name “My_App” must consist of small letters"),
    Fault(
      text: Samples.application(String(repeating: "x", count: 254)),
      finding: "…” has 254 characters; Kubernetes allows 253"),
    Fault(
      text: Samples.application("x").replacingOnce("namespace: argocd", with: "namespace: a.b"),
      finding: ":5:14: metadata.namespace “a.b” must consist"),
    Fault(
      text: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec: []\n",
      finding: ":4:7: expected an object, found a list"),
    Fault(
      text: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\n", finding: "there is no “spec”"),
    Fault(
      text: "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec: {project: a}\n",
      finding: ":4:7: there is neither “source” nor “sources”"),
    Fault(
      text: "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: x}\nspec: {generators: []}\n",
      finding: ":4:7: there is no “template”"),
    Fault(
      text:
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x, labels: [a]}\nspec: {source: {}}\n",
      finding: ":3:29: expected an object, found a list"),
    Fault(text: Samples.application("gitea"), finding: ":4:9: gitea is the name of a package of the platform"),
    Fault(
      text: Samples.application("x", repoURL: "cnoe://gone"), finding: ":10:14: cnoe://gone: the directory /"),
    Fault(
      text: Samples.application("x", repoURL: "cnoe://app.yaml"), finding: "app.yaml is not a directory"),
    Fault(text: Samples.application("x", repoURL: "cnoe://empty"), finding: "/empty is empty"),
    Fault(
      text: Samples.application("x", repoURL: "cnoe://.."), finding: ":10:14: cnoe://..: the directory "),
    Fault(
      text: Samples.application("x", repoURL: "cnoe://../../../../../../../etc"),
      finding: "the directory /etc is outside of its package"),
    Fault(text: Samples.application("x", repoURL: "cnoe://out"), finding: "/out is outside of its package"),
    Fault(text: Samples.application("x", repoURL: "cnoe://{{name}}"), finding: "templates are filled in by Argo CD"),
    Fault(
      text: Samples.application("x") + "---\n" + Samples.application("z") + "---\n" + Samples.application("x"),
      finding: ":28:9: Application x is defined twice in this package, first in "),
  ]

  @Test("faults are told with file, line and column", arguments: faults)
  func faulty(_ fault: Fault) async throws {
    let outside = try TemporaryDirectory(["secret.txt": "secret"])
    let directory = try TemporaryDirectory(["app.yaml": fault.text])
    try directory.directory("empty")
    try directory.link("out", to: outside.path)
    let report = try await Samples.read(directory.path)
    let errors = report.errors.map(\.description)
    #expect(errors.count == 1, "\(errors)")
    #expect(errors.first?.hasPrefix("\(directory.path)/app.yaml:") == true, "\(errors)")
    #expect(errors.first?.contains(fault.finding) == true, "\(errors)")
    #expect(throws: Failure.self) { try report.requireSound() }
  }

  @Test("all faults of all packages are told together, in order")
  func together() async throws {
    let one = try TemporaryDirectory([
      "a.yaml": "a: [", "b.yaml": "x: 1\n---\n" + Samples.application("B"), "c.yaml": Samples.application("fine"),
    ])
    let two = try TemporaryDirectory(["z.yaml": Samples.application("z", repoURL: "cnoe://none")])
    let three = try TemporaryDirectory(["readme.md": ""])
    let four = try TemporaryDirectory(["cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"])
    let report = try await Samples.read(one.path, two.path, three.path, four.path)
    #expect(report.errors.count == 6, "\(report.errors)")
    let files = report.errors.map { $0.fault.source ?? "" }
    #expect(
      files == [
        "\(one.path)/a.yaml", "\(one.path)/b.yaml", "\(one.path)/b.yaml", "\(two.path)/z.yaml", three.path, four.path,
      ])
    let failure = try #require(throws: Failure.self) { try report.requireSound() }
    #expect(failure.status == .badInput)
    #expect(failure.cause?.split(separator: "\n").count == 6)
    #expect(report.packages.map { $0.applications.map(\.name) } == [["fine"], ["z"], [], []])
  }

  @Test("references may lead anywhere in the Git work tree, or into another package that was given")
  func roots() async throws {
    let tree = try TemporaryDirectory([
      ".git/HEAD": "ref: refs/heads/main", "base/values/v.yaml": "a: 1",
      "complete/app.yaml": Samples.application("x", repoURL: "cnoe://../base/values"),
    ])
    #expect(try await Samples.read("\(tree.path)/complete").findings.isEmpty)
    let plain = try TemporaryDirectory([
      "base/app.yaml": Samples.application("z"), "base/values/v.yaml": "a: 1",
      "complete/app.yaml": Samples.application("x", repoURL: "cnoe://../base/values"),
    ])
    #expect(try await Samples.read("\(plain.path)/complete").errors.count == 1)
    #expect(try await Samples.read("\(plain.path)/base", "\(plain.path)/complete").findings.isEmpty)
  }

  @Test("a file that is a symbolic link counts inside of the package only")
  func linkedFiles() async throws {
    let outside = try TemporaryDirectory(["app.yaml": Samples.application("outside")])
    let directory = try TemporaryDirectory(["sub/app.yaml": Samples.application("inside")])
    try directory.link("a.yaml", to: "sub/app.yaml")
    try directory.link("b.yaml", to: "\(outside.path)/app.yaml")
    try directory.link("c.yaml", to: "nowhere")
    let report = try await Samples.read(directory.path)
    #expect(report.packages.first?.applications.map(\.name) == ["inside"])
    #expect(
      report.errors.map { $0.fault.message } == [
        "the symbolic link leads out of the package", "the symbolic link leads nowhere",
      ])
  }

  @Test("an Application without a namespace goes to Argo CD's, another namespace is pointed out")
  func namespaces() async throws {
    let directory = try TemporaryDirectory([
      "a.yaml": Samples.application("a").replacingOnce("  namespace: argocd\n", with: ""),
      "b.yaml": Samples.application("b").replacingOnce("namespace: argocd", with: "namespace: mine"),
    ])
    let report = try await Samples.read(directory.path)
    #expect(report.packages.first?.applications.map(\.namespace) == ["argocd", "mine"])
    #expect(report.warnings.count == 1)
    #expect(report.errors.isEmpty)
  }

  @Test("a template of a kind configuration beside the Applications is no fault")
  func kindTemplate() async throws {
    let directory = try TemporaryDirectory([
      "app.yaml": Samples.application("app"),
      "kind.yaml": "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{port: {{ .Port }}}]\n",
      "kind2.yaml": "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n",
    ])
    let report = try await Samples.read(directory.path)
    #expect(report.errors.isEmpty, "\(report.errors)")
    #expect(report.warnings.count == 2)
  }

  @Test("names at Kubernetes' limits are accepted, and what is derived from them keeps to its own")
  func limits() async throws {
    let name = (0..<4).map { _ in String(repeating: "n", count: 62) }.joined(separator: ".") + ".n"
    #expect(name.utf8.count == 253)
    let long = String(repeating: "d", count: 200)
    let directory = try TemporaryDirectory([
      "\(long).yaml": Samples.application(name, repoURL: "cnoe://\(long)"), "\(long)/file": "x",
    ])
    let set = try await Samples.set(directory.path, cluster: "a-cluster-of-a-long-name")
    let installation = try #require(set.installations.first)
    #expect(KubernetesName.fault(inSubdomain: installation.recordName) == nil)
    let repository = try #require(installation.repositories.first)
    #expect(repository.repositoryName.utf8.count <= 100)
    #expect(KubernetesName.fault(inSubdomain: repository.name) == nil)
    // Accepted by Kubernetes, but Argo CD makes a file's name of it.
    let text = Samples.application(name, repoURL: "https://host/repo")
    let findings = PackageReader.findings(in: Array(text.utf8), source: "app.yaml")
    #expect(findings.map(\.severity) == [.warning])
    #expect(findings.first?.description.contains("more than 235 characters") == true)
    let object = installation.object { "https://git/\($0.repositoryName).git" }
    #expect(object["metadata"]["name"] == .string(name))
    #expect((object["metadata"]["labels"]["cnoe.io/package-name"].stringValue ?? "").utf8.count <= 63)
  }
}

extension String {
  /// The text with the first occurrence of another replaced.
  func replacingOnce(_ part: String, with other: String) -> String {
    guard let range = firstRange(of: part) else { return self }
    return replacingCharacters(in: range, with: other)
  }

  private func replacingCharacters(in range: Range<Index>, with other: String) -> String {
    var copy = self
    copy.replaceSubrange(range, with: other)
    return copy
  }
}
