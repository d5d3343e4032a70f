/// What is in a node's `/var`, as far as copies of it care.
///
/// Sources: containerd `docs/ops.md` ("Base configuration": root directory) and `docs/content-flow.md`.
public enum NodeVolume {
  /// Where nodes have the volume.
  public static let path = "/var"
  /// Image content by digest: written once under another name, then only read or removed.
  public static let content = "lib/containerd/io.containerd.content.v1.content/blobs"
  /// The file systems of image layers and containers. A layer, once unpacked ("committed"), never changes; that of a
  /// container does.
  public static let layers = "lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots"
  /// What nobody misses in a copy of a stopped node: half-fetched content, and logs of containers and services.
  public static let dispensable = [
    "lib/containerd/io.containerd.content.v1.content/ingest", "lib/containerd/tmpmounts", "log/journal", "log/pods",
    "log/containers", "lib/apt", "cache", "tmp",
  ]

  /// The rules for copying the volume of a stopped node.
  ///
  /// - Parameters:
  ///   - hasContainers: Whether containers have file systems among the layers. These must not be linked, so then no
  ///     layer is.
  ///   - isDurable: Whether the copy must be on the disk when it is done.
  /// - Returns: The rules.
  public static func rules(hasContainers: Bool, isDurable: Bool = false) -> VolumeCopy.Rules {
    VolumeCopy.Rules(linked: hasContainers ? [content] : [content, layers], emptied: dispensable, isDurable: isDurable)
  }
}
