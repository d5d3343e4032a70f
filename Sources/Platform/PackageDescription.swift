public import Documents

/// What an embedded package says about itself in its `package.yaml`.
public struct PackageDescription: Sendable, Hashable {
  /// The package's name, one of ``CorePackage``.
  public let name: String
  /// The namespace its objects live in where they do not say.
  public let namespace: String
  /// The version, for labels and images.
  public let version: String
  /// The images its workloads run, by the names its manifests use for them.
  public let images: [String: PackageImage]

  /// Reads a description.
  ///
  /// - Throws: `DocumentError` with the position of what is missing.
  public init(_ document: Document) throws(DocumentError) {
    func text(_ key: String) throws(DocumentError) -> String {
      guard let text = document.value[key].stringValue else {
        throw document.error(at: [key], "\(key) must be a string")
      }
      return text
    }
    name = try text("name")
    namespace = try text("namespace")
    version = try text("version")
    let template = ManifestTemplate(["Version": .string(version)])
    var images: [String: PackageImage] = [:]
    for (image, value) in document.value["images"].members {
      let filled = try template.filled(value["reference"], source: document.source ?? "package.yaml")
      guard let reference = filled.stringValue else {
        throw document.error(at: ["images", image], "an image must have a reference")
      }
      images[image] = PackageImage(reference: reference, digest: value["digest"].stringValue)
    }
    self.images = images
  }

  /// What the package's manifests may ask for.
  var placeholders: [String: Value] {
    var values: [String: Value] = ["Version": .string(version)]
    for (name, image) in images { values["Images.\(name)"] = .string(image.reference) }
    return values
  }
}

/// An image of a package.
public struct PackageImage: Sendable, Hashable {
  /// Repository and tag, as workloads name it: without the digest, so that an image that was loaded into the node
  /// beforehand under this name is found there.
  public let reference: String
  /// The digest that upstream published for the tag, where it is known: `sha256:…`.
  public let digest: String?

  /// Repository, tag and digest, for pulling exactly what was published.
  public var pinned: String { digest.map { "\(reference)@\($0)" } ?? reference }
}
