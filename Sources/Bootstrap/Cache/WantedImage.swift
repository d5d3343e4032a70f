import Certificates
import Diagnostics
import DockerEngine
import KindCluster
import Packages
import Platform

/// An image that nodes shall have from the start.
struct WantedImage: Sendable, Hashable {
  /// The name under which the node's containerd finds it: nothing left out, `docker.io/library/redis:7`.
  let name: String
  /// The name under which it is pulled: with the digest where that is known.
  let source: String
  /// Whether the user named it, so that doing without is a failure.
  let isRequired: Bool

  /// Describes an image.
  ///
  /// - Parameters:
  ///   - reference: As a workload or the user names it; nil comes back if that is not the name of an image.
  ///   - digest: The digest that upstream published for it, where that is known.
  ///   - isRequired: Whether the user named it.
  init?(_ reference: String, digest: String? = nil, isRequired: Bool = false) {
    guard let parsed = ImageReference(reference) else { return nil }
    // With a digest, the tag says nothing any longer (`ParseDockerRef` of distribution/reference, which the CRI uses).
    name = parsed.digest.map { "\(parsed.repository)@\($0)" } ?? parsed.description
    source = parsed.digest == nil ? digest.map { "\(parsed.repository)@\($0)" } ?? name : name
    self.isRequired = isRequired
  }

  /// A short name for a line on the screen: `argocd:v3.5.1`.
  var title: String {
    let last = name.split(separator: "/").last.map(String.init) ?? name
    guard let at = last.firstIndex(of: "@") else { return last }
    return "\(last[..<at])@\(last[at...].dropFirst("@sha256:".count).prefix(12))"
  }

  /// The name under which it can be saved: archives know images by repository and tag alone.
  func tag() throws -> (repository: String, tag: String, isTemporary: Bool) {
    if let parsed = ImageReference(name), let tag = parsed.tag { return (parsed.repository, tag, false) }
    return ("idpbuilder.localhost/preload", String(try Digest.sha256(of: name).hex.prefix(16)), true)
  }
}

extension CreateRequest {
  /// The making of node images with everything inside; nil if nodes start from the node image as it is.
  ///
  /// - Throws: `Failure`, `EngineError`.
  func preparation(
    _ options: CreateOptions, _ engine: Engine, environment: [String: String],
    demand: PreparationRun.Demand = .convenience, wantsVolumes: Bool = true
  ) async throws -> PreparationRun? {
    guard options.usesCache else { return nil }
    let platform = platformRun(
      engine: engine, kubernetes: Promise(), on: .nothing, publishedAddress: options.listenAddress)
    let images = try await wantedImages(platform, preload: options.preload)
    guard !images.isEmpty else { return nil }
    return try await PreparationRun(
      engine, environment: environment, nodeImages: cluster.nodes.map(\.image), images: images, demand: demand,
      wantsVolumes: wantsVolumes)
  }

  /// The images that nodes shall have from the start: of the platform, of packages with plain manifests, and of
  /// `--preload`, each once, in order of name.
  ///
  /// - Parameters:
  ///   - platform: Renders the platform's objects, so that the list is that of the manifests; nil without a platform.
  ///   - preload: What the user named.
  /// - Returns: The images.
  /// - Throws: `Failure` for a name that is not one, `DocumentError`.
  func wantedImages(_ platform: PlatformRun?, preload: [String]) async throws -> [WantedImage] {
    var images: [String: WantedImage] = [:]
    for reference in preload {
      guard let image = WantedImage(reference, isRequired: true) else {
        throw Failure("--preload \(reference) is not the name of an image", status: .usage)
      }
      images[image.name] = image
    }
    guard let platform else { return images.values.sorted { $0.name < $1.name } }
    let descriptions = try CorePackage.allCases.flatMap { Array(try $0.description().images.values) }
    let digests = Dictionary(descriptions.map { ($0.reference, $0.digest) }) { first, _ in first }
    let rendered = try platform.render(certificatePEM: "").values.flatMap(\.objects)
    let used = ImageList.images(in: rendered) + (try await packages?.images() ?? [])
    for image in used.compactMap({ WantedImage($0, digest: digests[$0] ?? nil) }) where images[image.name] == nil {
      images[image.name] = image
    }
    return images.values.sorted { $0.name < $1.name }
  }
}
