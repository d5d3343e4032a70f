public import Diagnostics

/// Which node image a cluster is made from.
public enum NodeImage {
  /// The Kubernetes version that is used when nothing else is said.
  public static let defaultVersion = "v1.36.1"

  /// The images of kind 0.32, newest first, pinned by digest of their multi-architecture index.
  ///
  /// Source: release notes of kind v0.32.0, "Images built for this release".
  public static let pinned: [(version: String, digest: String)] = [
    ("v1.36.1", "sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5"),
    ("v1.35.5", "sha256:ce977ae6d65918d0b58a5f8b5e940429c2ce42fa3a5619ec2bbc60b949c0ac95"),
    ("v1.34.8", "sha256:02722c2dedddcfc00febf5d27fbeb9b7b2c14294c82109ff4a85d89ac9ba3256"),
    ("v1.33.12", "sha256:3f5c8443c620245e4d355cfe09e96a91ead32ceaa569d3f1ca9edf0cb2fe2ff4"),
  ]

  /// Chooses the image for the options given.
  ///
  /// - Parameters:
  ///   - image: `--node-image`; taken as it is.
  ///   - version: `--kube-version`, with or without `v`; `1.35` means the newest 1.35 in the table.
  /// - Returns: An image reference with the digest if it comes from the table.
  /// - Throws: ``Diagnostics/Failure`` for both options at once or a version that is not in the table.
  public static func resolve(image: String?, version: String?) throws(Failure) -> String {
    if let image {
      if let version {
        throw Failure(
          "--node-image and --kube-version cannot be used together",
          cause: "the image \(image) has its own Kubernetes version, and \(version) was asked for",
          remedy: "leave one of them out", status: .usage)
      }
      return image
    }
    let wanted = normalized(version ?? defaultVersion)
    guard let found = pinned.first(where: { $0.version == wanted || $0.version.hasPrefix(wanted + ".") }) else {
      throw Failure(
        "no node image is known for Kubernetes \(wanted)",
        cause: "known versions: \(pinned.map(\.version).joined(separator: ", "))",
        remedy: "choose one of these, or name an image with --node-image (kindest/node:\(wanted) if it exists)",
        status: .usage)
    }
    return "kindest/node:\(found.version)@\(found.digest)"
  }

  /// A reference as people write it, without the digest: `kindest/node:v1.36.1`.
  ///
  /// - Parameter reference: An image reference.
  /// - Returns: The part before `@` when there is a tag, the whole otherwise.
  public static func friendly(_ reference: String) -> String {
    guard let at = reference.firstIndex(of: "@") else { return reference }
    let name = reference[..<at]
    return name.split(separator: "/").last?.contains(":") == true ? String(name) : reference
  }

  private static func normalized(_ version: String) -> String { version.hasPrefix("v") ? version : "v" + version }
}
