import Documents
import Testing

@testable import Packages

@Suite("References to directories of a package")
struct DirectoryReferenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    /// What stands after `cnoe://`, with its place.
    let references: [String]
  }

  static let head = "apiVersion: argoproj.io/v1alpha1\nmetadata: {name: x}\n"

  static let cases = [
    Case(
      testDescription: "one source",
      text: head + "kind: Application\nspec: {source: {repoURL: 'cnoe://app1', path: .}}",
      references: ["app1 /spec/source/repoURL"]),
    Case(
      testDescription: "several sources",
      text: head + """
        kind: Application
        spec:
          sources:
          - {repoURL: 'cnoe://app2', path: one}
          - {repoURL: 'https://charts.example', chart: c, helm: {valueFiles: [$values/v.yaml]}}
          - {repoURL: 'cnoe://values', ref: values}
        """,
      references: ["app2 /spec/sources/0/repoURL", "values /spec/sources/2/repoURL"]),
    Case(
      testDescription: "Helm values at any depth",
      text: head + """
        kind: Application
        spec:
          sources:
          - repoURL: https://charts.example
            helm:
              valuesObject:
                url: cnoe://test
                nested: {deep: [{er: 'cnoe://test/a'}, 1, true, null, 'x cnoe://no']}
                list: [abc, 'cnoe://test']
        """,
      references: [
        "test /spec/sources/0/helm/valuesObject/url", "test/a /spec/sources/0/helm/valuesObject/nested/deep/0/er",
        "test /spec/sources/0/helm/valuesObject/list/1",
      ]),
    Case(
      testDescription: "ApplicationSet with a list generator",
      text: head + """
        kind: ApplicationSet
        spec:
          generators: [{list: {elements: [{name: staging}, {name: production}]}}]
          template: {spec: {source: {repoURL: 'cnoe://', path: vcluster}}}
        """,
      references: [" /spec/template/spec/source/repoURL"]),
    Case(
      testDescription: "ApplicationSet with Git generators for directories and files, and sources",
      text: head + """
        kind: ApplicationSet
        spec:
          generators:
          - {git: {repoURL: 'cnoe://test1', directories: [{path: apps/*}]}}
          - {git: {repoURL: 'cnoe://test2', files: [{path: '**/c.yaml'}]}}
          template: {spec: {sources: [{repoURL: 'cnoe://test1', helm: {valuesObject: {a: 'cnoe://v'}}}]}}
        """,
      references: [
        "test1 /spec/template/spec/sources/0/repoURL", "v /spec/template/spec/sources/0/helm/valuesObject/a",
        "test1 /spec/generators/0/git/repoURL", "test2 /spec/generators/1/git/repoURL",
      ]),
    Case(
      testDescription: "ApplicationSet with Git generators in matrix and merge generators, and templates of generators",
      text: head + """
        kind: ApplicationSet
        spec:
          generators:
          - matrix:
              generators:
              - {git: {repoURL: 'cnoe://m', files: []}}
              - merge: {generators: [{git: {repoURL: 'cnoe://mm'}}], template: {spec: {source: {repoURL: 'cnoe://t'}}}}
          - merge: {mergeKeys: [a], generators: [{clusters: {}}, {matrix: {generators: [{git: {repoURL: 'cnoe://d'}}]}}]}
        """,
      references: [
        "m /spec/generators/0/matrix/generators/0/git/repoURL",
        "mm /spec/generators/0/matrix/generators/1/merge/generators/0/git/repoURL",
        "t /spec/generators/0/matrix/generators/1/merge/template/spec/source/repoURL",
        "d /spec/generators/1/merge/generators/1/matrix/generators/0/git/repoURL",
      ]),
    Case(
      testDescription: "other kinds", text: "kind: ConfigMap\nspec: {source: {repoURL: 'cnoe://a'}}", references: []),
    Case(
      testDescription: "unexpected shapes",
      text: "kind: ApplicationSet\nspec: {generators: {git: 1}, template: [{spec: 1}]}", references: []),
  ]

  @Test("references are found where idpbuilder takes them", arguments: cases)
  func collection(_ sample: Case) throws {
    let document = try YAML.parse(sample.text)
    let found = DirectoryReferences.all(in: document.value)
    #expect(found.map { "\($0.path) \($0.pointer)" } == sample.references)
  }

  @Test("each reference is replaced, and nothing else", arguments: cases)
  func replacement(_ sample: Case) throws {
    let value = try YAML.parse(sample.text).value
    let replaced = DirectoryReferences.replaced(in: value) { "https://git/\($0).git" }
    #expect(DirectoryReferences.all(in: replaced).isEmpty)
    var expected = value
    for reference in DirectoryReferences.all(in: value) {
      expected = try expected.applyingJSONPatch([
        [
          "op": "replace", "path": .string(reference.pointer.description),
          "value": .string("https://git/\(reference.path).git"),
        ]
      ])
    }
    #expect(replaced == expected)
    #expect(JSON.string(replaced) == JSON.string(expected), "the order of members stays")
    #expect(DirectoryReferences.replaced(in: value) { _ in nil } == value)
  }

  @Test("places that idpbuilder leaves alone are told apart")
  func ignored() throws {
    let text = """
      kind: ApplicationSet
      spec:
        generators: [{list: {elements: [{url: 'cnoe://a'}]}}]
        template: {spec: {source: {repoURL: 'cnoe://b', helm: {parameters: [{name: x, value: 'cnoe://c'}]}}}}
      """
    let value = try YAML.parse(text).value
    #expect(
      DirectoryReferences.ignored(in: value).map(\.description) == [
        "/spec/generators/0/list/elements/0/url", "/spec/template/spec/source/helm/parameters/0/value",
      ])
  }
}
