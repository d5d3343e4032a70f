public import DockerEngine
import Documents

/// The prepared images of an engine.
public struct PreparedImageStore: Sendable {
  private let engine: Engine

  /// Looks at an engine.
  public init(_ engine: Engine) { self.engine = engine }

  /// All of them, newest first.
  ///
  /// - Throws: `EngineError`.
  public func images() async throws -> [PreparedImage] {
    try await engine.listImages(filters: ["label": [PreparedImage.formatLabel]])
      .compactMap(PreparedImage.init(listed:)).sorted { ($0.created, $0.id) > ($1.created, $1.id) }
  }

  /// What this engine knows of a node image and of images to be put into it.
  ///
  /// - Parameters:
  ///   - nodeImage: The node image as it was asked for.
  ///   - images: The images.
  /// - Returns: The request for ``PreparedImage``s.
  /// - Throws: `EngineError`.
  public func request(nodeImage: String, images: [String]) async throws -> PreparedImageRequest {
    let engine = engine
    var nodeImageID = try await engine.inspectImage(nodeImage)?["Id"].stringValue
    // An image that was loaded from an archive has no registry digest and is known by its tag alone.
    if nodeImageID == nil, NodeImage.friendly(nodeImage) != nodeImage {
      nodeImageID = try await engine.inspectImage(NodeImage.friendly(nodeImage))?["Id"].stringValue
    }
    let ids = try await withThrowingTaskGroup(of: (String, String?).self) { group in
      for image in images {
        group.addTask { (image, try await engine.inspectImage(image)?["Id"].stringValue) }
      }
      return try await group.reduce(into: [String: String?]()) { $0[$1.0] = .some($1.1) }
    }
    return PreparedImageRequest(nodeImage: nodeImage, nodeImageID: nodeImageID, images: ids)
  }

  /// The ids that the engine has for everything that prepared images were made of.
  ///
  /// - Parameter images: The prepared images.
  /// - Returns: Ids by reference; what the engine does not have is left out.
  /// - Throws: `EngineError`.
  public func ids(in images: [PreparedImage]) async throws -> [String: String] {
    var ids: [String: String] = [:]
    for (nodeImage, group) in Dictionary(grouping: images, by: \.content.nodeImage) {
      let names = Set(group.flatMap { $0.content.images.keys })
      let request = try await request(nodeImage: nodeImage, images: names.sorted())
      ids[nodeImage] = request.nodeImageID
      ids.merge(request.images.compactMapValues(\.self)) { _, new in new }
    }
    return ids
  }

  /// Whether the volume that an image names is there, or can never be.
  ///
  /// - Throws: `EngineError`.
  public func hasVolume(_ image: PreparedImage) async throws -> Bool {
    guard let volume = image.volume else { return false }
    if volume == PreparedVolume.none { return true }
    return try await engine.inspectVolume(volume) != nil
  }

  /// Removes an image: its names, its volume, and what of it no other image needs.
  ///
  /// - Parameter image: The image.
  /// - Returns: False if it stays because a container was made from it.
  /// - Throws: `EngineError`.
  public func remove(_ image: PreparedImage) async throws -> Bool {
    guard try await engine.listContainers(filters: ["ancestor": [image.id]]).isEmpty else { return false }
    if let volume = image.volume {
      // The name first: it says that the volume is complete.
      try await removeName("\(PreparedVolume.repository):\(volume)")
      if volume != PreparedVolume.none { try await engine.removeVolume(volume, force: true) }
    }
    try await removeName(image.reference)
    return true
  }

  private func removeName(_ name: String) async throws {
    do {
      try await engine.removeImage(name)
    } catch let error as EngineError where error.isNotFound {
      // Somebody else has removed it.
    }
  }
}
