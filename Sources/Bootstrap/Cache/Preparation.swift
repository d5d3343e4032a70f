import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster

/// The making of one prepared image, under the lock.
struct Preparation {
  private let preparation: PreparationRun
  private let engine: Engine
  private let owner: String
  private let context: StepContext
  private let request: PreparedImageRequest
  /// What the engine has by now.
  private let prepared: [PreparedImage]

  init(
    _ preparation: PreparationRun, _ nodeImage: String, owner: String, _ context: StepContext
  ) async throws {
    self.preparation = preparation
    self.owner = owner
    self.context = context
    engine = preparation.engine
    let store = PreparedImageStore(engine)
    prepared = try await store.images()
    request = try await store.request(nodeImage: nodeImage, images: preparation.images.map(\.name))
  }

  /// What nodes are made from.
  struct Result: Sendable {
    let image: String
    let volume: String?
  }

  /// Makes the image and its volume unless they are there.
  ///
  /// - Returns: What to start nodes from; nil for the node image as it is.
  func run() async throws -> Result? {
    guard let reference = try await image() else { return nil }
    return Result(image: reference, volume: try await volume(of: reference))
  }

  private func volume(of reference: String) async throws -> String? {
    guard preparation.wantsVolumes else { return nil }
    let store = PreparedImageStore(engine)
    guard let image = try await store.images().first(where: { $0.reference == reference }) else { return nil }
    if try await store.hasVolume(image) { return image.volume == PreparedVolume.none ? nil : image.volume }
    context.report("unpacking the images")
    return try await PreparedVolume.make(engine, for: image, owner: owner, container: Self.containerName())
  }

  /// Makes the image unless it is there.
  private func image() async throws -> String? {
    // Another run may have made it while we waited.
    if let complete = prepared.complete(for: request) {
      preparation.inside.fulfil(Set(request.images.keys))
      return complete.reference
    }
    let base = prepared.base(for: request)
    guard let nodeImage = try await ClusterRun.find(request.nodeImage, in: engine) else {
      throw Failure("the node image \(NodeImage.friendly(request.nodeImage)) is not in the engine", status: .notFound)
    }
    context.report("looking into the node image")
    let container = try await PreparationContainer.start(
      engine, image: base?.image.reference ?? nodeImage, owner: owner, name: Self.containerName())
    let inside = try await container.images()
    preparation.inside.fulfil(inside)
    let added = try await available(without: inside)
    var content = PreparedImage.Content(
      nodeImage: request.nodeImage, nodeImageID: request.nodeImageID ?? "", architecture: "", images: [:])
    if let base { content.images = base.image.content.images }
    for name in request.images.keys where inside.contains(name) && content.images[name] == nil {
      content.images[name] = ""
    }
    let description = try await engine.inspectImage(nodeImage) ?? [:]
    content.nodeImageID = description["Id"].stringValue ?? ""
    content.architecture = description["Architecture"].stringValue ?? ""
    if added.isEmpty {
      try await container.remove()
      // Nothing could be added, or nothing had to be.
      guard content.images.count > base?.image.content.images.count ?? 0 else { return base?.image.reference }
      let image = base?.image.reference ?? nodeImage
      context.report("noting what the node image holds")
      _ = try await PreparationContainer.label(
        engine, content, image: image, owner: owner, name: Self.containerName())
      return try content.name()
    }
    for (image, id) in try await add(added, to: container) { content.images[image.name] = id }
    context.report("writing the image")
    _ = try await container.commit(content, nodeImage: description)
    try await container.remove()
    return try content.name()
  }

  /// What must be added and can be had.
  private func available(without inside: Set<String>) async throws -> [WantedImage] {
    var available: [WantedImage] = []
    var reasons: [(image: String, reason: String)] = []
    for image in preparation.images where !inside.contains(image.name) {
      if let pull = preparation.pulls[image.name] {
        context.report("waits for image \(image.title)")
        if let reason = try await pull.value() {
          reasons.append((image.name, reason))
          continue
        }
      }
      available.append(image)
    }
    if let first = reasons.first {
      let names = reasons.map(\.image).joined(separator: ", ")
      context.warn("not put into the node image, the cluster must pull it itself: \(names) (\(first.reason))")
    }
    return available
  }

  /// Puts images of the engine into the container, layers that they share once.
  ///
  /// - Returns: The images with their ids.
  private func add(
    _ images: [WantedImage], to container: PreparationContainer
  ) async throws -> [(WantedImage, id: String)] {
    var names: [String] = []
    var result: [(WantedImage, id: String)] = []
    var temporary: [(tag: String, name: String)] = []
    for image in images {
      let tag = try image.tag()
      let name = "\(tag.repository):\(tag.tag)"
      guard let id = try await engine.inspectImage(image.name)?["Id"].stringValue else {
        throw Failure("image \(image.name) is gone from the engine", status: .notFound)
      }
      if tag.isTemporary {
        try await engine.tagImage(image.name, repository: tag.repository, tag: tag.tag)
        temporary.append((name, image.name))
      }
      names.append(name)
      result.append((image, id))
    }
    let count = names.count == 1 ? "1 image" : "\(names.count) images"
    context.report("copying \(count)")
    try await container.add(engine.saveImages(names)) { bytes in
      context.report("copying \(count): \(bytes / 1_000_000) MB")
    }
    for (tag, name) in temporary {
      try await container.rename(tag, to: name)
      try await engine.removeImage(tag)
    }
    let missing = Set(images.map(\.name)).subtracting(try await container.images())
    guard missing.isEmpty else {
      throw Failure("images did not arrive in the node image", cause: missing.sorted().joined(separator: ", "))
    }
    return result
  }

  private static func containerName() -> String {
    "idpbuilder-preparation-\(RandomText.generate(length: 8, from: .hexadecimal).revealed)"
  }
}
