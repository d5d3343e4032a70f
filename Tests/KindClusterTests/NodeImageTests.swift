import Diagnostics
import KindCluster
import Testing

@Suite struct NodeImageTests {
  @Test("the default is the pinned image of the default version")
  func defaultImage() throws {
    let image = try NodeImage.resolve(image: nil, version: nil)
    #expect(image.hasPrefix("kindest/node:v1.36.1@sha256:"))
    #expect(NodeImage.friendly(image) == "kindest/node:v1.36.1")
  }

  @Test(
    "a version is found with or without v, and by its first two numbers",
    arguments: [("v1.35.5", "v1.35.5"), ("1.34.8", "v1.34.8"), ("1.33", "v1.33.12")])
  func versions(wanted: String, found: String) throws {
    #expect(try NodeImage.resolve(image: nil, version: wanted).contains(":\(found)@"))
  }

  @Test("a version that is not in the table is refused and the known ones are named", arguments: ["1.3", "v9.9.9", ""])
  func unknownVersion(version: String) {
    let failure = #expect(throws: Failure.self) { try NodeImage.resolve(image: nil, version: version) }
    #expect(failure?.cause?.contains("v1.36.1") == true)
    #expect(failure?.status == .usage)
  }

  @Test("an image and a version together are refused")
  func both() {
    #expect(throws: Failure.self) { try NodeImage.resolve(image: "my/node:1", version: "1.36") }
  }

  @Test("a reference without a tag keeps its digest when shown, since nothing else names it")
  func friendlyWithoutTag() {
    #expect(NodeImage.friendly("localhost:5000/node@sha256:ab") == "localhost:5000/node@sha256:ab")
  }

  @Test("every digest in the table is a SHA-256")
  func digests() {
    for (_, digest) in NodeImage.pinned {
      #expect(digest.hasPrefix("sha256:") && digest.dropFirst(7).allSatisfy(\.isHexDigit) && digest.count == 71)
    }
  }
}
