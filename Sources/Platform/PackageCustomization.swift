public import Diagnostics
public import Documents

/// What a user wants different about a package of the platform: the content of a file given with `-c NAME:FILE`.
///
/// Every object in the file either takes the place of the package's object of the same kind, namespace and name, or is
/// added to the package. Objects are replaced as a whole, never merged (`pkg/k8s/deserialize.go` in cnoe-io/idpbuilder).
public struct PackageCustomization: Sendable, Hashable {
  /// Which package.
  public let package: CorePackage
  /// The file's name, for messages and for idpbuilder's records.
  public let source: String
  private let objects: [Value]

  /// Splits the value of `-c`.
  ///
  /// - Parameter argument: `argocd:my-changes.yaml`; the file name may have colons.
  /// - Returns: The package and the file's name.
  /// - Throws: `Failure` with the status `usage` when there is no colon, or no such package.
  public static func parse(argument: String) throws(Failure) -> (package: CorePackage, file: String) {
    let form = "-c PACKAGE:FILE, with one of \(CorePackage.allCases.map(\.rawValue).joined(separator: ", "))"
    guard let colon = argument.firstIndex(of: ":"), argument.index(after: colon) < argument.endIndex else {
      throw Failure("-c \(argument) does not name a package and a file", remedy: "write \(form)", status: .usage)
    }
    guard let package = CorePackage(rawValue: String(argument[..<colon])) else {
      throw Failure("there is no package \(argument[..<colon])", remedy: "write \(form)", status: .usage)
    }
    return (package, String(argument[argument.index(after: colon)...]))
  }

  /// Reads the content of a file; template actions are filled in first, see ``TextTemplate``.
  ///
  /// - Parameters:
  ///   - text: The content.
  ///   - source: The file's name.
  ///   - package: Which package it changes.
  ///   - options: The user's choices, for template actions.
  ///   - certificatePEM: The platform's certificate, for template actions; empty when it is not known yet.
  /// - Throws: `DocumentError` with the position of what is not YAML, not a Kubernetes object, or said twice.
  public init(
    parsing text: String, source: String, package: CorePackage, options: PlatformOptions, certificatePEM: String
  ) throws(DocumentError) {
    let filled = try TextTemplate(text, source: source)
      .filled(with: options.placeholders(certificatePEM: certificatePEM))
    var objects: [Value] = []
    var seen: Set<ObjectIdentity> = []
    for document in try YAML.parseAll(filled, source: source) {
      for key in ["apiVersion", "kind"] where document.value[key].stringValue?.isEmpty != false {
        throw document.error(at: [key], "not a Kubernetes object: it has no \(key)")
      }
      guard document.value["metadata"]["name"].stringValue?.isEmpty == false else {
        throw document.error(at: ["metadata", "name"], "not a Kubernetes object: it has no metadata.name")
      }
      var object = document.value
      object.completeNamespace(package.namespace)
      let identity = ObjectIdentity(object)
      guard seen.insert(identity).inserted else { throw document.error("\(identity) stands here twice") }
      objects.append(object)
    }
    if objects.isEmpty { throw DocumentError(source: source, "the file has no Kubernetes object in it") }
    self.package = package
    self.source = source
    self.objects = objects
  }

  /// The package with this change: each object of the file stands in it exactly once.
  public func applied(to rendered: RenderedPackage) -> RenderedPackage {
    var pending = Dictionary(uniqueKeysWithValues: objects.map { (ObjectIdentity($0), $0) })
    var result = rendered
    for file in result.files.indices {
      for index in result.files[file].objects.indices {
        let identity = ObjectIdentity(result.files[file].objects[index])
        if let own = pending.removeValue(forKey: identity) { result.files[file].objects[index] = own }
      }
    }
    let added = objects.filter { pending[ObjectIdentity($0)] != nil }
    if !added.isEmpty {
      result.files.append(RenderedFile(name: "custom.yaml", objects: added))
      result.files.sort { $0.name < $1.name }
    }
    return result
  }
}
