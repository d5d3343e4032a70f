import Documents
import FoundationEssentials
import Platform
import Testing

@Suite struct EmbeddingTests {
  @Test("what is compiled in is what stands in embedded-manifests/, file by file")
  func matchesTheFolder() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "embedded-manifests").resolvingSymlinksInPath().path
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".yaml") }.sorted()
    #expect(EmbeddedFile.all.map(\.path) == paths, "run scripts/embed-manifests")
    for file in EmbeddedFile.all {
      let data = try Data(contentsOf: URL(filePath: "\(root)/\(file.path)"))
      #expect(file.bytes == Array(data), "\(file.path) is older in the program: build again")
    }
  }

  @Test("every package describes itself as the code knows it", arguments: CorePackage.allCases)
  func descriptions(package: CorePackage) throws {
    let description = try package.description()
    #expect(description.name == package.rawValue)
    #expect(description.namespace == package.namespace)
    #expect(!description.images.isEmpty)
  }

  @Test("every file has at least one object, and none is a package without one")
  func noEmptyFiles() throws {
    for file in EmbeddedFile.all where !file.path.hasSuffix("package.yaml") {
      let documents = try YAML.parseAll(file.bytes, source: file.path)
      #expect(!documents.isEmpty, "\(file.path)")
      for document in documents { #expect(document.value["kind"].stringValue != nil, "\(file.path)") }
    }
  }
}
