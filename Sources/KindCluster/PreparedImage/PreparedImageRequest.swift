/// What a prepared image must hold to be used, with what this machine knows about it.
public struct PreparedImageRequest: Sendable, Hashable {
  /// The node image as it was asked for.
  public var nodeImage: String
  /// Its id; nil if the engine does not have it, as after `bundle load`.
  public var nodeImageID: String?
  /// The images that must be inside, each with its id in the engine, nil if the engine does not have it.
  public var images: [String: String?]

  /// Describes what is wanted; see the properties.
  public init(nodeImage: String, nodeImageID: String?, images: [String: String?]) {
    self.nodeImage = nodeImage
    self.nodeImageID = nodeImageID
    self.images = images
  }
}

/// How far a prepared image does what is wanted.
public enum PreparedImageMatch: Sendable, Hashable {
  /// It holds everything, as new as the engine has it.
  case complete
  /// It is good as far as it goes, but these images are not in it.
  case lacks([String])
  /// It must not be used any longer; in words.
  case stale(String)
  /// It was made from another node image.
  case unrelated
}

extension PreparedImage.Content {
  /// Holds the content against a request.
  ///
  /// - Parameter request: What is wanted.
  /// - Returns: How far this is it.
  public func match(_ request: PreparedImageRequest) -> PreparedImageMatch {
    // Two equal references with a digest mean the same image, whatever engines make of its id.
    if let id = request.nodeImageID, nodeImage != request.nodeImage || !nodeImage.contains("@") {
      guard id == nodeImageID else {
        return NodeImage.isSame(nodeImage, request.nodeImage)
          ? .stale("\(NodeImage.friendly(nodeImage)) is another image now") : .unrelated
      }
    } else if !NodeImage.isSame(nodeImage, request.nodeImage) {
      return .unrelated
    }
    var missing: [String] = []
    for (image, id) in request.images.sorted(by: { $0.key < $1.key }) {
      guard let inside = images[image] else {
        missing.append(image)
        continue
      }
      // What the engine does not have, or the node image had by itself, cannot be compared.
      if let id, !inside.isEmpty, id != inside { return .stale("\(image) is another image now") }
    }
    return missing.isEmpty ? .complete : .lacks(missing)
  }
}

extension NodeImage {
  /// Whether two references mean the same node image: what both say of tag and digest is equal.
  static func isSame(_ first: String, _ second: String) -> Bool {
    if first == second { return true }
    // A digest on one side only says more than the other does, not something else.
    guard first.contains("@") != second.contains("@") else { return false }
    return friendly(first) == friendly(second)
  }
}

extension Sequence where Element == PreparedImage {
  /// The image to start nodes from: one that holds everything, the newest of several.
  ///
  /// - Parameter request: What is wanted.
  /// - Returns: The image, nil if one must be made.
  public func complete(for request: PreparedImageRequest) -> PreparedImage? {
    filter { $0.content.match(request) == .complete }.max { $0.created < $1.created }
  }

  /// The image to add to: one that is good as far as it goes and lacks least, the newest of several.
  ///
  /// - Parameter request: What is wanted.
  /// - Returns: The image and what it lacks; nil if the node image itself is the start.
  public func base(for request: PreparedImageRequest) -> (image: PreparedImage, missing: [String])? {
    compactMap { image -> (image: PreparedImage, missing: [String])? in
      // What else is inside is carried along; it must not be outdated either, but that is not known here.
      guard case .lacks(let missing) = image.content.match(request), missing.count < request.images.count else {
        return nil
      }
      return (image, missing)
    }.min { ($0.missing.count, -$0.image.created) < ($1.missing.count, -$1.image.created) }
  }
}
