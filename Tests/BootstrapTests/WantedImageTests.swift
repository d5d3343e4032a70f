import Diagnostics
import DockerEngine
import Testing

@testable import Bootstrap

@Suite struct WantedImageTests {
  @Test(
    "names are written out as containerd knows them",
    arguments: [
      ("redis:7", "docker.io/library/redis:7", "redis:7"),
      ("quay.io/argoproj/argocd:v3.5.1", "quay.io/argoproj/argocd:v3.5.1", "argocd:v3.5.1"),
      ("alpine", "docker.io/library/alpine:latest", "alpine:latest"),
      (
        "a.b/c:1@sha256:0123456789abcdef0123456789abcdef", "a.b/c@sha256:0123456789abcdef0123456789abcdef",
        "c@0123456789ab"
      ),
    ])
  func names(reference: String, name: String, title: String) throws {
    let image = try #require(WantedImage(reference))
    #expect(image.name == name && image.source == name && image.title == title)
  }

  @Test("an image of the platform is pulled by the digest that upstream published, and keeps its tag")
  func digest() throws {
    let digest = "sha256:0123456789abcdef0123456789abcdef"
    let image = try #require(WantedImage("quay.io/x/y:v1", digest: digest))
    #expect(image.name == "quay.io/x/y:v1" && image.source == "quay.io/x/y@\(digest)")
    #expect(try image.tag() == ("quay.io/x/y", "v1", false))
    let byDigest = try #require(WantedImage("quay.io/x/y@\(digest)"))
    #expect(try byDigest.tag().isTemporary && byDigest.source == byDigest.name)
  }

  @Test("the list is that of the rendered manifests, with what the user names, each once")
  func list() async throws {
    var options = CreateOptions()
    options.preload = ["redis:7", "quay.io/argoproj/argocd:v3.5.1"]
    let request = try await CreateRequest(options, environment: [:])
    let engine = PreviewEngine.make()
    let platform = request.platformRun(
      engine: engine, kubernetes: Promise(), on: .nothing, publishedAddress: "127.0.0.1")
    let images = try await request.wantedImages(platform, preload: options.preload)
    #expect(images.map(\.name) == images.map(\.name).sorted())
    #expect(Set(images.map(\.name)).count == images.count)
    #expect(images.contains { $0.name.contains("/gitea:") } && images.contains { $0.name.contains("ingress-nginx") })
    // Argo CD's login server runs with no replica.
    #expect(!images.contains { $0.name.contains("dex") })
    #expect(
      images.filter(\.isRequired).map(\.name).sorted() == [
        "docker.io/library/redis:7", "quay.io/argoproj/argocd:v3.5.1",
      ])
    await #expect(throws: Failure.self) { try await request.wantedImages(nil, preload: ["Not An Image"]) }
  }

  @Test("images cannot be put into a cache that is not used")
  func contradiction() async {
    var options = CreateOptions()
    options.preload = ["redis:7"]
    options.usesCache = false
    await #expect(throws: Failure.self) { try await CreateRequest(options, environment: [:]) }
  }
}

/// An engine that is never spoken to.
private enum PreviewEngine {
  static func make() -> Engine { Engine(EngineEndpoint(.unix("")), apiVersion: .oldest) }
}
