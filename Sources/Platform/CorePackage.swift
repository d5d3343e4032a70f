public import Documents

/// One of the packages that make up the platform, by idpbuilder's names for them: users write these after `-c` and
/// `get secrets -p`, and Argo CD's Applications and the repositories are named after them.
public enum CorePackage: String, Sendable, Hashable, CaseIterable {
  /// Argo CD, the GitOps engine.
  case argocd
  /// Gitea, the Git server and registry.
  case gitea
  /// ingress-nginx, the ingress.
  case nginx

  /// The folder in embedded-manifests/.
  public var folder: String {
    switch self {
    case .argocd: "argocd"
    case .gitea: "gitea"
    case .nginx: "ingress-nginx"
    }
  }

  /// The namespace the package lives in; it is also in the package's description, and a test holds them together.
  public var namespace: String {
    switch self {
    case .argocd: Names.ArgoCD.namespace
    case .gitea: Names.Gitea.namespace
    case .nginx: IngressChoice.installed.namespace
    }
  }

  /// What `package.yaml` in the folder says.
  ///
  /// - Throws: `DocumentError` if it is wrong, which tests rule out.
  public func description() throws(DocumentError) -> PackageDescription {
    let path = "\(folder)/package.yaml"
    guard let file = EmbeddedFile.below(folder).first(where: { $0.path == path }) else {
      throw DocumentError(source: path, "the package has no description")
    }
    return try PackageDescription(YAML.parse(file.bytes, source: path))
  }
}
