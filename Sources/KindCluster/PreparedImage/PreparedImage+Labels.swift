public import Certificates
import Documents
import OrderedCollections

/// The labels of prepared images. Containers made from one have them too, so they never mark what may be removed.
extension PreparedImage {
  /// Says that an image is a prepared one, and which version of these labels it has.
  public static let formatLabel = "idpbuilder.prepared-node.format"
  static let format = "1"
  private static let keyLabel = "idpbuilder.prepared-node.key"
  private static let nodeImageLabel = "idpbuilder.prepared-node.node-image"
  private static let nodeImageIDLabel = "idpbuilder.prepared-node.node-image-id"
  private static let architectureLabel = "idpbuilder.prepared-node.architecture"
  private static let imagesLabel = "idpbuilder.prepared-node.images"
}

extension PreparedImage.Content {
  /// The key: equal for equal content, whatever order it was put together in.
  ///
  /// - Returns: 64 hexadecimal digits.
  /// - Throws: `CertificateError` when memory runs out.
  public func key() throws(CertificateError) -> String {
    // The reference of the node image is only a name for what the id says.
    try Digest.sha256(
      of: ([nodeImageID, architecture] + sortedImages.flatMap { [$0.key, $0.value] }).joined(separator: "\n")
    ).hex
  }

  /// The name of an image with this content.
  ///
  /// - Throws: `CertificateError` when memory runs out.
  public func name() throws(CertificateError) -> String { "\(PreparedImage.repository):\(try key().prefix(12))" }

  /// The labels that say all this.
  ///
  /// - Throws: `CertificateError` when memory runs out.
  public func labels() throws(CertificateError) -> [String: String] {
    let images = Object(uniqueKeysWithValues: sortedImages.map { ($0.key, Value.string($0.value)) })
    return [
      PreparedImage.formatLabel: PreparedImage.format, PreparedImage.keyLabel: try key(),
      PreparedImage.nodeImageLabel: nodeImage, PreparedImage.nodeImageIDLabel: nodeImageID,
      PreparedImage.architectureLabel: architecture, PreparedImage.imagesLabel: JSON.string(.object(images)),
    ]
  }

  /// Reads the labels of an image; nil if they are not complete or do not belong together.
  public init?(labels: [String: String]) {
    guard labels[PreparedImage.formatLabel] == PreparedImage.format,
      let nodeImage = labels[PreparedImage.nodeImageLabel],
      let nodeImageID = labels[PreparedImage.nodeImageIDLabel],
      let architecture = labels[PreparedImage.architectureLabel],
      let images = labels[PreparedImage.imagesLabel].flatMap({ try? JSON.parse($0) })?.objectValue
    else { return nil }
    self.init(
      nodeImage: nodeImage, nodeImageID: nodeImageID, architecture: architecture,
      images: Value.object(images).stringMembers)
    guard self.images.count == images.count, (try? key()) == labels[PreparedImage.keyLabel] else { return nil }
  }

  private var sortedImages: [(key: String, value: String)] { images.sorted { $0.key < $1.key } }
}
