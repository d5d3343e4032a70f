/// What a prepared image is worth today.
public enum PreparedImageStanding: Sendable, Hashable {
  /// The next cluster of its node image starts from it.
  case current
  /// It is not used any longer; in words.
  case stale(String)

  /// Whether it is not used any longer.
  public var isStale: Bool { if case .stale = self { true } else { false } }
}

extension PreparedImage {
  /// What each of several prepared images is worth.
  ///
  /// - Parameters:
  ///   - images: All there are.
  ///   - ids: The ids that the engine has for references, of node images and of images inside; references that it does
  ///     not have are left out.
  /// - Returns: The standing by the image's id.
  public static func standings(_ images: [PreparedImage], ids: [String: String]) -> [String: PreparedImageStanding] {
    var standings: [String: PreparedImageStanding] = [:]
    var current: [PreparedImage] = []
    for image in images.sorted(by: { ($0.created, $0.id) > ($1.created, $1.id) }) {
      let content = image.content
      let request = PreparedImageRequest(
        nodeImage: content.nodeImage, nodeImageID: ids[content.nodeImage],
        images: Dictionary(uniqueKeysWithValues: content.images.keys.map { ($0, ids[$0]) }))
      if case .stale(let reason) = content.match(request) {
        standings[image.id] = .stale(reason)
      } else if current.contains(where: { $0.supersedes(image) }) {
        standings[image.id] = .stale("a newer one holds the same and perhaps more")
      } else {
        standings[image.id] = .current
        current.append(image)
      }
    }
    return standings
  }

  /// Whether everything inside the other image is inside this one, too, on the same node image.
  private func supersedes(_ other: PreparedImage) -> Bool {
    content.nodeImageID == other.content.nodeImageID && content.architecture == other.content.architecture
      && other.content.images.allSatisfy { content.images[$0.key] == $0.value }
  }
}
