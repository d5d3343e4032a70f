import Documents
import Platform

/// A repository in the platform's Gitea that holds a directory of a package.
public struct PackageRepository: Sendable, Hashable {
  /// The name of its GitRepository record; the repository's own has the cluster's prefix, see ``repositoryName``.
  public let name: String
  /// The repository's name in Gitea: `idpbuilder-localdev-my-app-manifests`.
  public let repositoryName: String
  /// The directory on this machine whose content it holds.
  public let directory: String
  /// The directory as idpbuilder records it: the same for local packages, the path in the repository for others.
  public let recordedPath: String
  /// Where the package came from.
  public let source: PackageSource

  /// The longest name of a repository in Gitea (`CreateRepoOption` in `modules/structs/repo.go` of go-gitea/gitea).
  static let giteaLimit = 100
  /// Endings that Gitea keeps for itself (`models/repo/repo.go` of go-gitea/gitea).
  private static let reservedEndings = [".git", ".wiki", ".rss", ".atom"]

  /// The repository for a directory of an Application.
  ///
  /// The name is idpbuilder's (`localRepoName`, `remoteRepoName` in `pkg/controllers/custompackage/controller.go`):
  /// the Application's, a dash, the directory's last component. Where that cannot be (too long for Gitea, characters
  /// that Kubernetes refuses, another directory of the same name) idpbuilder fails or mixes up the content; then it is
  /// made readable and unique with a hash of the path.
  init(
    _ directory: PackageApplication.Directory, of application: String, source: PackageSource, cluster: String,
    isTaken: (String) -> Bool
  ) {
    self.directory = directory.path
    recordedPath = directory.recordedPath
    self.source = source
    let path = directory.recordedPath.isEmpty ? source.remote?.address ?? "" : directory.recordedPath
    let prefix = Names.repository(cluster: cluster, package: "").utf8.count
    name = KubernetesName.fitting(
      "\(application)-\(LexicalPath.base(path))", limit: max(20, Self.giteaLimit - prefix),
      distinction: "\(source.remote?.address ?? "")//\(directory.recordedPath)"
    ) { name in
      isTaken(name) || Self.reservedEndings.contains { name.hasSuffix($0) }
    }
    repositoryName = Names.repository(cluster: cluster, package: name)
  }
}
