public import Documents

/// A node image with more images in its containerd store, as the engine has it.
///
/// Everything there is to know about it is in its labels: there is no file that remembers it. It appears in the engine
/// in one piece (`POST /commit`), so one that is half made cannot be seen.
public struct PreparedImage: Sendable, Hashable {
  /// What its names have in common; the tag is the beginning of its key.
  public static let repository = "idpbuilder.localhost/prepared-node"

  /// The image's id in the engine.
  public let id: String
  /// Its name; nil when another image of the same key has taken it over.
  public let name: String?
  /// The volume with its content unpacked; see ``PreparedVolume``. Nil if there is none yet.
  public let volume: String?
  /// What it was made from and holds.
  public let content: Content
  /// How much space it takes, that of the node image included, in bytes.
  public let size: Int64
  /// When it was made, in seconds since 1970-01-01 UTC.
  public let created: Int64

  /// Its name, or its id without one.
  public var reference: String { name ?? id }

  /// An image; see the properties.
  public init(id: String, name: String?, volume: String? = nil, content: Content, size: Int64, created: Int64) {
    self.id = id
    self.name = name
    self.volume = volume
    self.content = content
    self.size = size
    self.created = created
  }

  /// Reads an element of `GET /images/json`; nil for any other image.
  public init?(listed image: Value) {
    guard let id = image["Id"].stringValue, let content = Content(labels: image["Labels"].stringMembers) else {
      return nil
    }
    let names = image["RepoTags"].elements.compactMap(\.stringValue)
    let volume = names.first { $0.hasPrefix(PreparedVolume.repository + ":") }
    self.init(
      id: id, name: names.first { $0.hasPrefix(Self.repository + ":") },
      volume: volume.map { String($0.dropFirst(PreparedVolume.repository.count + 1)) }, content: content,
      size: Int64(image["Size"].intValue ?? 0),
      created: Int64(image["Created"].intValue ?? 0))
  }
}

extension PreparedImage {
  /// What a prepared image was made from and holds.
  public struct Content: Sendable, Hashable {
    /// The node image as it was asked for: `kindest/node:v1.36.1@sha256:…`.
    public var nodeImage: String
    /// The node image's id in the engine.
    public var nodeImageID: String
    /// The processor architecture in Go's spelling: `amd64`.
    public var architecture: String
    /// The images inside that were asked for, by reference, with their ids in the engine; the id is empty for an image
    /// that the node image had by itself.
    public var images: [String: String]

    /// Describes a content; see the properties.
    public init(nodeImage: String, nodeImageID: String, architecture: String, images: [String: String]) {
      self.nodeImage = nodeImage
      self.nodeImageID = nodeImageID
      self.architecture = architecture
      self.images = images
    }
  }
}
