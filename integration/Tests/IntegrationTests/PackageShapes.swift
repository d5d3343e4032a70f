import Documents
import Harness
import Testing

/// Packages of every shape, and what they put into the cluster.
struct PackageShapes {
  /// A ConfigMap that must be there.
  struct Expected: Sendable {
    var name: String
    var namespace = "default"
    var from: String
  }

  let folder: PackageFolder
  /// The values of `-p`, in order.
  private(set) var packages: [String] = []
  private(set) var expected: [Expected] = []
  private static let repositories = "https://gitea.cnoe.localtest.me:8443/giteaAdmin"
  /// As long as Kubernetes allows a name to be, or Argo CD: its `.argocd-source-NAME.yaml` must be a file's name.
  static let longName = NodeImage.isStandIn ? String(longest) : String(longest.suffix(235))
  private static let longest = "long-" + String(repeating: "name-", count: 49) + "end"

  init(_ scenario: Scenario) async throws {
    folder = PackageFolder(path: scenario.folder + "/packages")
    try applications(cluster: scenario.cluster)
    try applicationSets()
    try await large(scenario)
    let remote = try await RemoteRepository(scenario, folder: scenario.folder + "/remote")
    packages += [
      remote.address("branch", "ref=feature"), remote.address("tag", "ref=v1"),
      remote.address("commit", "ref=\(remote.commit)&submodules=true"),
    ]
    expect("remote-branch", from: "two")
    expect("remote-tag", from: "one")
    expect("remote-commit", from: "submodule")
  }

  private mutating func expect(_ name: String, in namespace: String = "default", from: String) {
    expected.append(Expected(name: name, namespace: namespace, from: from))
  }

  private mutating func applications(cluster: String) throws {
    // Dot-files, executables and links.
    try folder.application("single/app.yaml", "single", "{repoURL: 'cnoe://manifests', targetRevision: HEAD, path: .}")
    try folder.configMap("single/manifests/config.yaml", "single", from: "single")
    try folder.configMap("single/manifests/extra.yaml", "extra", from: "single")
    try folder.file("single/manifests/.hidden/file", "hidden\n")
    try folder.file("single/manifests/bin/run", "#!/bin/sh\n", mode: 0o755)
    folder.link("single/manifests/bin/link", to: "../.hidden/file")
    expect("single", from: "single")
    // Several sources.
    try folder.application(
      "several/app.yaml", "several", "{repoURL: 'cnoe://one', path: .}", "{repoURL: 'cnoe://two', path: .}")
    for name in ["one", "two"] {
      try folder.configMap("several/\(name)/config.yaml", "several-\(name)", from: name)
      expect("several-\(name)", from: name)
    }
    // A chart whose values name another repository.
    try folder.application(
      "helm/app.yaml", "helm",
      "{repoURL: 'cnoe://chart', path: ., helm: {valuesObject: {deep: {repo: 'cnoe://files'}, plain: kept}}}")
    try folder.file("helm/chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 1.0.0\n")
    try folder.configMap(
      "helm/chart/templates/config.yaml", "helm", from: "{{ .Values.deep.repo }} {{ .Values.plain }}")
    try folder.file("helm/files/file", "a file\n")
    expect("helm", from: "\(Self.repositories)/idpbuilder-\(cluster)-helm-files.git kept")
    // The same Application twice.
    for name in ["first", "second"] {
      try folder.application("\(name)/app.yaml", "twice", "{repoURL: 'cnoe://\(name)', path: .}")
      try folder.configMap("\(name)/\(name)/config.yaml", "twice", from: name)
    }
    expect("twice", from: "second")
    // Names at the limit.
    let long = Self.longName
    try folder.application("limits/app.yaml", long, "{repoURL: 'cnoe://\(long.prefix(200))', path: .}")
    try folder.configMap("limits/\(long.prefix(200))/config.yaml", long, from: "limits")
    expect(long, from: "limits")
    packages += ["single", "several", "helm", "first", "second", "limits"].map { "\(folder.path)/\($0)" }
  }

  private mutating func applicationSets() throws {
    let git = "repoURL: 'cnoe://apps', revision: HEAD"
    try folder.applicationSet(
      "sets/list.yaml", "list", generator: "{list: {elements: [{name: list-a}, {name: list-b}]}}",
      application: "{{name}}", source: "{repoURL: 'cnoe://apps', path: '{{name}}'}")
    try folder.applicationSet(
      "sets/directories.yaml", "directories", generator: "{git: {\(git), directories: [{path: dir-*}]}}",
      application: "{{path.basename}}", source: "{repoURL: 'cnoe://apps', path: '{{path}}'}")
    try folder.applicationSet(
      "sets/files.yaml", "files", generator: "{git: {\(git), files: [{path: settings/*.json}]}}",
      application: "{{app.name}}", source: "{repoURL: 'cnoe://apps', path: '{{app.name}}'}")
    try folder.applicationSet(
      "sets/matrix.yaml", "matrix",
      generator: "{matrix: {generators: [{git: {\(git), directories: [{path: matrix}]}}, "
        + "{list: {elements: [{stage: dev}, {stage: prod}]}}]}}",
      application: "{{.path.basename}}-{{.stage}}", source: "{repoURL: 'cnoe://apps', path: '{{.path.path}}'}",
      namespace: "{{.stage}}", go: true)
    try folder.applicationSet(
      "sets/merge.yaml", "merge",
      generator: "{merge: {mergeKeys: [name], generators: [{git: {\(git), files: [{path: merge/*.json}]}}, "
        + "{list: {elements: [{name: merged, directory: after}]}}]}}",
      application: "{{name}}", source: "{repoURL: 'cnoe://apps', path: '{{directory}}'}")
    try folder.file("sets/apps/settings/a.json", #"{"app": {"name": "file-a"}}"#)
    try folder.file("sets/apps/merge/a.json", #"{"name": "merged", "directory": "before"}"#)
    for name in ["list-a", "list-b", "dir-a", "dir-b", "file-a", "matrix", "before", "after"] {
      try folder.configMap("sets/apps/\(name)/config.yaml", name, from: "apps")
      if !["matrix", "before"].contains(name) { expect(name, from: "apps") }
    }
    for stage in ["dev", "prod"] { expect("matrix", in: stage, from: "apps") }
    packages.append("\(folder.path)/sets")
  }

  private mutating func large(_ scenario: Scenario) async throws {
    try folder.application("many/app.yaml", "many", "{repoURL: 'cnoe://files', path: .}")
    try folder.configMap("many/files/config.yaml", "many", from: "many")
    for number in 1..<1000 { try folder.file("many/files/\(number % 10)/\(number)", "file \(number)\n") }
    expect("many", from: "many")
    try folder.application("binary/app.yaml", "binary", "{repoURL: 'cnoe://files', path: .}")
    try folder.configMap("binary/files/config.yaml", "binary", from: "binary")
    let made = try await scenario.program(
      "dd", "if=/dev/urandom", "of=\(folder.path)/binary/files/large", "bs=1M", "count=50")
    try #require(made.status == 0)
    expect("binary", from: "binary")
    packages += ["many", "binary"].map { "\(folder.path)/\($0)" }
  }
}
