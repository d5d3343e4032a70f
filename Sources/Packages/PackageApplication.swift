public import Documents

/// An Application or ApplicationSet in a package.
public struct PackageApplication: Sendable {
  /// The two kinds that make a package (`argoproj.io`).
  public enum Kind: String, Sendable, Hashable {
    /// One thing to deploy.
    case application = "Application"
    /// A template for many.
    case applicationSet = "ApplicationSet"
  }

  /// A directory of the package that the document refers to.
  public struct Directory: Sendable, Hashable {
    /// What stands after `cnoe://`.
    public let reference: String
    /// The directory on this machine: absolute and shortened, symbolic links not resolved.
    public let path: String
    /// The directory as idpbuilder records it: the same for local packages, the path in the repository for others.
    public let recordedPath: String
    /// Where the first reference to it stands.
    public let position: Position?
  }

  /// Which kind it is.
  public let kind: Kind
  /// `metadata.name`: a DNS subdomain of at most 253 characters.
  public let name: String
  /// `metadata.namespace`, or Argo CD's own where the document has none.
  public let namespace: String
  /// The file as idpbuilder records it: its absolute path, or for remote packages the path in the repository.
  public let file: String
  /// The document, with positions for messages.
  public let document: Document
  /// The directories it refers to, each once, in the order of the document.
  public let directories: [Directory]

  /// `Application my-app`, for messages.
  public var title: String { "\(kind.rawValue) \(name)" }

  /// The place of the document, for messages: `/path/app.yaml:12:1`.
  public var place: String {
    let source = document.source ?? file
    return document.position(of: []).map { "\(source):\($0)" } ?? source
  }

  /// Which object of the cluster it is.
  var identity: ApplicationIdentity { ApplicationIdentity(kind: kind, namespace: namespace, name: name) }
}

/// What makes two Applications or ApplicationSets the same object.
struct ApplicationIdentity: Sendable, Hashable {
  let kind: PackageApplication.Kind
  let namespace: String
  let name: String
}
