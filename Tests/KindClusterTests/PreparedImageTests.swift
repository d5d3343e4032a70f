import Documents
import Testing

@testable import KindCluster

@Suite struct PreparedImageTests {
  private static func content(
    _ images: [String: String], nodeImage: String = "kindest/node:v1.36.1", id: String = "sha256:aa"
  ) -> PreparedImage.Content {
    PreparedImage.Content(nodeImage: nodeImage, nodeImageID: id, architecture: "amd64", images: images)
  }

  private static func image(
    _ name: String, _ images: [String: String], id: String = "sha256:aa", created: Int64 = 1
  ) -> PreparedImage {
    PreparedImage(id: name, name: name, content: content(images, id: id), size: 1, created: created)
  }

  private static func request(
    _ images: [String: String?], nodeImage: String = "kindest/node:v1.36.1", id: String? = "sha256:aa"
  ) -> PreparedImageRequest {
    PreparedImageRequest(nodeImage: nodeImage, nodeImageID: id, images: images)
  }

  @Test("the key depends on node image, architecture, images and their ids, and on nothing else")
  func key() throws {
    let key = try Self.content(["a": "1", "b": "2"]).key()
    #expect(key.utf8.count == 64)
    #expect(try Self.content(["b": "2", "a": "1"]).key() == key)
    #expect(try Self.content(["a": "1", "b": "2"], nodeImage: "another/name:1").key() == key)
    #expect(try Self.content(["a": "1", "b": "3"]).key() != key)
    #expect(try Self.content(["a": "1"]).key() != key)
    #expect(try Self.content(["a": "1", "b": "2"], id: "sha256:bb").key() != key)
    var other = Self.content(["a": "1", "b": "2"])
    other.architecture = "arm64"
    #expect(try other.key() != key)
  }

  @Test("labels bring back what they were made of")
  func labels() throws {
    let content = Self.content(["docker.io/library/redis:7": "sha256:1", "quay.io/x/y:v1": ""])
    #expect(PreparedImage.Content(labels: try content.labels()) == content)
  }

  @Test(
    "labels that are incomplete, altered or of another version are not those of a prepared image",
    arguments: ["format", "key", "node-image-id", "architecture", "images"])
  func badLabels(name: String) throws {
    let labels = try Self.content(["a": "1"]).labels()
    for value in [nil, "", "x", "[]", "{\"a\":\"2\"}", "{\"a\":1}"] {
      var labels = labels
      labels["idpbuilder.prepared-node.\(name)"] = value
      #expect(PreparedImage.Content(labels: labels) == nil)
    }
  }

  @Test("an image of the engine's list is read, and any other is not one")
  func listed() throws {
    let labels = try Self.content(["a": "1"]).labels()
    let listed: Value = [
      "Id": "sha256:77", "RepoTags": ["x:1", "idpbuilder.localhost/prepared-node:abc"], "Size": 5, "Created": 9,
      "Labels": Value(labels),
    ]
    let image = try #require(PreparedImage(listed: listed))
    #expect(image.reference == "idpbuilder.localhost/prepared-node:abc" && image.size == 5 && image.created == 9)
    #expect(PreparedImage(listed: ["Id": "sha256:77", "Labels": .null, "RepoTags": ["x:1"]]) == nil)
  }

  @Test("a prepared image is complete when everything is inside, as new as the engine has it")
  func match() {
    let content = Self.content(["a": "1", "b": "2", "own": ""])
    #expect(content.match(Self.request(["a": "1", "b": "2"])) == .complete)
    #expect(content.match(Self.request(["a": nil])) == .complete)
    #expect(content.match(Self.request(["own": "9"])) == .complete)
    #expect(content.match(Self.request(["a": "1", "c": "3", "d": nil])) == .lacks(["c", "d"]))
    #expect(content.match(Self.request(["a": "7"])) == .stale("a is another image now"))
    // Found out whatever else is missing.
    #expect(content.match(Self.request(["0": nil, "a": "7"])) == .stale("a is another image now"))
  }

  @Test("the node image counts by its id, and by its name where the engine does not have it")
  func nodeImage() {
    let content = Self.content([:])
    #expect(
      content.match(Self.request([:], id: "sha256:bb")) == .stale("kindest/node:v1.36.1 is another image now"))
    #expect(content.match(Self.request([:], nodeImage: "other:1", id: "sha256:bb")) == .unrelated)
    #expect(content.match(Self.request([:], nodeImage: "other:1")) == .complete)
    #expect(content.match(Self.request([:], id: nil)) == .complete)
    #expect(content.match(Self.request([:], nodeImage: "kindest/node:v1.36.1@sha256:cc", id: nil)) == .complete)
    #expect(content.match(Self.request([:], nodeImage: "kindest/node:v1.35.5", id: nil)) == .unrelated)
    let pinned = Self.content([:], nodeImage: "kindest/node:v1.36.1@sha256:dd")
    #expect(pinned.match(Self.request([:], nodeImage: "kindest/node:v1.36.1@sha256:cc", id: nil)) == .unrelated)
  }

  @Test("of several, the newest complete one is taken, and what is added to lacks least")
  func choice() throws {
    let images = [
      Self.image("old", ["a": "1", "b": "2"], created: 1), Self.image("new", ["a": "1", "b": "2"], created: 2),
      Self.image("part", ["a": "1"], created: 3),
      Self.image("other", ["a": "1", "b": "2"], id: "sha256:bb", created: 4),
    ]
    #expect(images.complete(for: Self.request(["a": "1", "b": "2"]))?.id == "new")
    #expect(images.complete(for: Self.request(["a": "1", "b": "2", "c": nil])) == nil)
    let base = try #require(images.base(for: Self.request(["a": "1", "b": "2", "c": nil])))
    #expect(base.image.id == "new" && base.missing == ["c"])
    // One that has nothing of it is no better than the node image.
    #expect(images.base(for: Self.request(["x": nil])) == nil)
    #expect(images.base(for: Self.request(["a": "7", "c": nil])) == nil)
  }

  @Test("outdated and superseded images are stale; the newest of each content is current")
  func standings() {
    let images = [
      Self.image("first", ["a": "1"], created: 1), Self.image("second", ["a": "1", "b": "2"], created: 2),
      Self.image("apart", ["c": "3"], created: 3), Self.image("moved", ["a": "0"], created: 4),
      Self.image("elsewhere", ["a": "1"], id: "sha256:bb", created: 5),
    ]
    let standings = PreparedImage.standings(images, ids: ["kindest/node:v1.36.1": "sha256:aa", "a": "1"])
    #expect(standings["first"] == .stale("a newer one holds the same and perhaps more"))
    #expect(standings["second"] == .current && standings["apart"] == .current)
    #expect(standings["moved"] == .stale("a is another image now"))
    #expect(standings["elsewhere"] == .stale("kindest/node:v1.36.1 is another image now"))
    // On a machine that has none of the images, all that is known is what the labels say.
    #expect(PreparedImage.standings(images, ids: [:])["moved"] == .current)
  }
}
