import Diagnostics
import Documents

/// What a bundle says about itself, in its member `manifest.json`.
struct BundleManifest: Sendable, Hashable {
  /// The version of the format that this program writes and reads.
  static let format = 1
  /// The members' names, in the order in which they stand in the file; packages may be missing.
  static let (imageMember, packagesMember) = ("image.tar", "packages.tar")
  static let (manifestMember, checksumMember) = ("manifest.json", "manifest.sha256")

  /// A member before the manifest.
  struct Member: Sendable, Hashable {
    /// The name.
    var name: String
    /// The size in bytes.
    var size: Int64
    /// SHA-256 in hexadecimal.
    var sha256: String
  }

  /// The node image as `create` must be asked for it.
  var nodeImage: String
  /// The prepared image's name.
  var image: String
  /// The architecture in Go's spelling: `amd64`.
  var architecture: String
  /// What the prepared image was asked to hold.
  var images: [String]
  /// The packages, each a path in `packages.tar` to give to `--package`.
  var packages: [String]
  /// Changes to core packages, each `PACKAGE:path` in `packages.tar`.
  var customizations: [String]
  /// The members before the manifest.
  var members: [Member]

  /// The member's content.
  var value: Value {
    [
      "format": Value(Self.format), "nodeImage": .string(nodeImage), "image": .string(image),
      "architecture": .string(architecture), "images": Value(images), "packages": Value(packages),
      "customizations": Value(customizations),
      "members": .array(
        members.map { ["name": .string($0.name), "size": .integer($0.size), "sha256": .string($0.sha256)] }),
    ]
  }
}

extension BundleManifest {
  /// Reads the member's content.
  ///
  /// - Throws: `Failure` if it is of another version or not complete.
  init(_ value: Value) throws(Failure) {
    guard let format = value["format"].intValue else { throw Self.incomplete("format") }
    guard format == Self.format else {
      throw Failure(
        "the bundle has format \(format)", cause: "this idpbuilder reads format \(Self.format)",
        remedy: "use the idpbuilder that saved it", status: .badInput)
    }
    func text(_ key: String) throws(Failure) -> String {
      guard let text = value[key].stringValue else { throw Self.incomplete(key) }
      return text
    }
    func list(_ key: String) throws(Failure) -> [String] {
      let strings = value[key].elements.compactMap(\.stringValue)
      guard let elements = value[key].arrayValue, strings.count == elements.count else { throw Self.incomplete(key) }
      return strings
    }
    (nodeImage, image, architecture) = (try text("nodeImage"), try text("image"), try text("architecture"))
    (images, packages, customizations) = (try list("images"), try list("packages"), try list("customizations"))
    members = []
    for member in value["members"].elements {
      guard let name = member["name"].stringValue, let size = member["size"].intValue,
        let sum = member["sha256"].stringValue
      else { throw Self.incomplete("members") }
      members.append(Member(name: name, size: Int64(size), sha256: sum))
    }
    let texts = [nodeImage, image, architecture] + images + packages + customizations + members.map(\.name)
    guard texts.allSatisfy({ $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f } }) else {
      throw Self.incomplete("a name with control characters")
    }
    // They become arguments of commands that are shown, and names of files.
    let paths = packages + customizations.compactMap { $0.split(separator: ":", maxSplits: 1).last.map(String.init) }
    guard paths.allSatisfy({ !$0.hasPrefix("/") && !$0.split(separator: "/").contains("..") }) else {
      throw Self.incomplete("packages")
    }
  }

  private static func incomplete(_ key: String) -> Failure {
    Failure("the bundle's manifest is not complete", cause: "\(key) is missing or wrong", status: .badInput)
  }
}
