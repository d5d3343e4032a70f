public import Documents

/// A saved cluster of one node: its file system as an image, and a copy of its `/var` as a volume.
///
/// Everything about it is in the labels of the image, which is made last: a volume that no image names belongs to a
/// snapshot that was never finished, and is never used.
public struct Snapshot: Sendable, Hashable {
  /// Its name, unique among those of the cluster.
  public var name: String
  /// The cluster that was saved.
  public var cluster: String
  /// What the cluster was made from, as a digest; nil if that is not known, so that it is used only when asked for.
  public var key: String?
  /// When it was saved, RFC 3339 in UTC.
  public var created: String
  /// The node image of the cluster, as it was named.
  public var nodeImage: String
  /// The Kubernetes version in it.
  public var version: String
  /// The volume with the copy of `/var`.
  public var volume: String
  /// The size of the volume's content, in bytes.
  public var size: Int64
  /// How much of it was copied when it was saved rather than shared, in bytes.
  public var copied: Int64
  /// Whether containers' file systems are among the image layers; see ``NodeVolume``.
  public var hasContainers: Bool
  /// How the node's container was made, without image and volume: a body of `POST /containers/create`.
  public var container: Value
  /// The image's id; empty before it is made.
  public var image = ""
  /// Why it cannot be used; nil if it can.
  public var damage: String?

  /// The engine's name for the image.
  public var reference: (repository: String, tag: String) { (Self.repository, "\(cluster)_\(name)") }

  /// The repository of all snapshots' images: no registry has it.
  public static let repository = "idpbuilder.localhost/snapshot"
  /// On images and volumes: the snapshot's name. Other labels begin with it and a dot.
  public static let label = "idpbuilder.snapshot"
  /// On images and volumes: the cluster's name.
  public static let clusterLabel = "\(label).cluster"
  /// The form of the labels; others are left alone.
  static let format = "1"

  /// Describes a snapshot that is about to be saved.
  public init(
    name: String, cluster: String, key: String?, created: String, nodeImage: String, version: String, volume: String,
    size: Int64, copied: Int64, hasContainers: Bool, container: Value
  ) {
    self.name = name
    self.cluster = cluster
    self.key = key
    self.created = created
    self.nodeImage = nodeImage
    self.version = version
    self.volume = volume
    self.size = size
    self.copied = copied
    self.hasContainers = hasContainers
    self.container = container
  }
}

extension Snapshot {
  /// The labels of its image.
  var labels: [String: String] {
    [
      Self.label: name, Self.clusterLabel: cluster, Self.field("format"): Self.format,
      Self.field("key"): key ?? "", Self.field("created"): created, Self.field("node-image"): nodeImage,
      Self.field("version"): version, Self.field("volume"): volume, Self.field("size"): String(size),
      Self.field("copied"): String(copied), Self.field("containers"): String(hasContainers),
      Self.field("container"): JSON.string(container),
    ]
  }

  /// Reads an element of `GET /images/json`; nil for images that have lost their name or are of another form.
  ///
  /// - Parameter listed: The image.
  init?(listed: Value) {
    let labels = listed["Labels"]
    func text(_ name: String) -> String? { labels[Self.field(name)].stringValue }
    guard text("format") == Self.format, let id = listed["Id"].stringValue, let name = labels[Self.label].stringValue,
      let cluster = labels[Self.clusterLabel].stringValue, let created = text("created"),
      let nodeImage = text("node-image"), let version = text("version"), let volume = text("volume"),
      let size = text("size").flatMap({ Int64($0) }), let copied = text("copied").flatMap({ Int64($0) }),
      let container = text("container").flatMap({ try? JSON.parse($0) })
    else { return nil }
    self.init(
      name: name, cluster: cluster, key: text("key").flatMap { $0.isEmpty ? nil : $0 }, created: created,
      nodeImage: nodeImage, version: version, volume: volume, size: size, copied: copied,
      hasContainers: text("containers") != "false", container: container)
    image = id
    guard listed["RepoTags"].elements.contains(.string("\(reference.repository):\(reference.tag)")) else { return nil }
  }

  private static func field(_ name: String) -> String { "\(label).\(name)" }
}
