public import Documents

/// A file of a rendered package: what the package's repository in Gitea holds under this name.
public struct RenderedFile: Sendable, Hashable {
  /// A name without folders: Argo CD does not look into folders unless told to.
  public var name: String
  /// The objects in it.
  public var objects: [Value]

  /// A file of objects.
  public init(name: String, objects: [Value]) {
    self.name = name
    self.objects = objects
  }

  /// The content: YAML, one document per object.
  public var text: String { YAML.serialize(documents: objects) }
}

/// A package with all placeholders filled in.
public struct RenderedPackage: Sendable, Hashable {
  /// Which package.
  public let package: CorePackage
  /// Its files, sorted by name.
  public var files: [RenderedFile]

  /// All its objects.
  public var objects: [Value] { files.flatMap(\.objects) }
}

extension CorePackage {
  /// Fills in the package's manifests.
  ///
  /// The same options and certificate always give the same objects, in the same order.
  ///
  /// - Parameters:
  ///   - options: The user's choices.
  ///   - certificatePEM: The platform's certificate, which Argo CD shall trust.
  /// - Returns: The package, its files sorted by name.
  /// - Throws: `DocumentError` if a manifest is wrong, which tests rule out.
  public func rendered(
    _ options: PlatformOptions, certificatePEM: String
  ) throws(DocumentError) -> RenderedPackage {
    let description = try description()
    var values = options.placeholders(certificatePEM: certificatePEM)
    values.merge(description.placeholders) { _, own in own }
    let template = ManifestTemplate(values)
    var files: [RenderedFile] = []
    for file in try Self.manifests.get() {
      guard file.path.hasPrefix("\(folder)/"), let name = Self.fileName(file.path, in: folder, options) else {
        continue
      }
      var objects: [Value] = []
      for document in file.documents {
        var object = try template.filled(document, source: file.path)
        object.completeNamespace(description.namespace)
        object.dropRepetitions()
        objects.append(object)
      }
      files.append(RenderedFile(name: name, objects: objects))
    }
    files.sort { $0.name < $1.name }
    return RenderedPackage(package: self, files: files)
  }

  /// The manifests of all packages as they stand in the program; a `create` renders them several times and reads them
  /// once.
  private static let manifests = Result { () throws(DocumentError) in
    var manifests: [(path: String, documents: [Value])] = []
    for package in allCases {
      for file in EmbeddedFile.below(package.folder) {
        manifests.append((file.path, try YAML.parseAll(file.bytes, source: file.path).map(\.value)))
      }
    }
    return manifests
  }

  /// The name a file gets in the package's repository; nil for files that do not belong there.
  ///
  /// Below `routes`, the folder of the installed ingress counts, and in it the folders of the options: `path`, or
  /// `subdomain` and `subdomain-https` (or `-http`).
  private static func fileName(_ path: String, in folder: String, _ options: PlatformOptions) -> String? {
    let parts = path.dropFirst(folder.count + 1).split(separator: "/")
    if parts.count == 1, parts[0] == "package.yaml" { return nil }
    if parts.first == "routes" {
      let routing = options.usePathRouting ? "path" : "subdomain"
      guard parts.count == 4, parts[1] == IngressChoice.installed.routes,
        [routing, "\(routing)-\(options.scheme.rawValue)"].contains(String(parts[2]))
      else { return nil }
      return "routes-\(parts[3])"
    }
    return parts.joined(separator: "-")
  }
}

extension PlatformOptions {
  /// What manifests may ask for; the first seven are idpbuilder's names.
  func placeholders(certificatePEM: String) -> [String: Value] {
    [
      "Host": .string(host),
      "IngressHost": .string(ingressHost),
      "Protocol": .string(scheme.rawValue),
      "Port": Value(port),
      "UsePathRouting": .bool(usePathRouting),
      "StaticPassword": .bool(usesStaticPassword),
      "SelfSignedCert": .string(certificatePEM),
      "HostPattern": .string(host.split(separator: ".").joined(separator: #"\."#)),
      "IngressService": .string(IngressChoice.installed.serviceName),
      "GiteaDomain": .string(giteaDomain),
      "GiteaURL": .string(giteaURL),
    ]
  }
}

extension Value {
  /// Sets the namespace of an object of a built-in kind that has none and needs one.
  mutating func completeNamespace(_ namespace: String) {
    guard let kind = self["kind"].stringValue, !ObjectIdentity.isClusterScoped(kind: kind),
      self["metadata"]["namespace"].isNull
    else { return }
    self["metadata"]["namespace"] = .string(namespace)
  }

  /// Drops what options make a manifest say twice: the rule of an Ingress for a host, when both hosts are the same, and
  /// the port of a Service, when the platform's is one of the usual ones.
  mutating func dropRepetitions() {
    switch self["kind"].stringValue {
    case "Ingress": dropRepetitions(in: "rules", of: ["host"])
    case "Service": dropRepetitions(in: "ports", of: ["port", "protocol"])
    default: break
    }
  }

  private mutating func dropRepetitions(in list: String, of keys: [String]) {
    guard let elements = self["spec"][list].arrayValue else { return }
    var seen: Set<[Value]> = []
    self["spec"][list] = .array(elements.filter { element in seen.insert(keys.map { element[$0] }).inserted })
  }
}
