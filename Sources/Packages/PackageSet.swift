/// What is installed of several packages.
///
/// Where two packages have an Application or ApplicationSet of the same name, the later one on the command line wins;
/// nothing is made for the other.
public struct PackageSet: Sendable {
  /// An Application that another package takes the place of.
  public struct Superseded: Sendable, CustomStringConvertible {
    /// The one that is left out.
    public let application: PackageApplication
    /// Its package.
    public let source: PackageSource
    /// The one that is installed.
    public let winner: PackageApplication

    /// `Application my-app of /a/app.yaml:1:1 is replaced by the one of /b/app.yaml:1:1`.
    public var description: String {
      "\(application.title) of \(application.place) is replaced by the one of \(winner.place)"
    }
  }

  /// The cluster's name.
  public let cluster: String
  /// What is installed, in the order of the command line.
  public let installations: [PackageInstallation]
  /// What is not, in the order of the command line.
  public let superseded: [Superseded]

  /// All repositories, in the order of the command line.
  public var repositories: [PackageRepository] { installations.flatMap(\.repositories) }

  /// Resolves conflicts and gives names.
  ///
  /// - Parameters:
  ///   - packages: The packages, any order; their priorities decide.
  ///   - cluster: The cluster's name.
  public init(_ packages: [Package], cluster: String) {
    self.cluster = cluster
    let packages = packages.sorted { $0.priority < $1.priority }
    var winners: [String: (priority: Int, application: PackageApplication)] = [:]
    for package in packages {
      for application in package.applications where winners[application.name]?.priority != package.priority {
        winners[application.name] = (package.priority, application)
      }
    }
    var installations: [PackageInstallation] = []
    var superseded: [Superseded] = []
    var naming = RecordNaming(cluster: cluster)
    for package in packages {
      for application in package.applications {
        if let winner = winners[application.name], winner.priority != package.priority {
          superseded.append(
            Superseded(application: application, source: package.source, winner: winner.application))
        } else {
          installations.append(naming.installation(of: application, in: package))
        }
      }
    }
    self.installations = installations
    self.superseded = superseded
  }
}

/// Gives every record a name of its own.
private struct RecordNaming {
  let cluster: String
  private var recordNames: Set<String> = []
  private var repositoryNames: Set<String> = []

  init(cluster: String) { self.cluster = cluster }

  mutating func installation(of application: PackageApplication, in package: Package) -> PackageInstallation {
    var repositories: [PackageRepository] = []
    var byReference: [String: PackageRepository] = [:]
    for directory in application.directories {
      if let known = repositories.first(where: { $0.recordedPath == directory.recordedPath }) {
        byReference[directory.reference] = known
        continue
      }
      let repository = PackageRepository(
        directory, of: application.name, source: package.source, cluster: cluster
      ) { repositoryNames.contains($0) }
      repositoryNames.insert(repository.name)
      repositories.append(repository)
      byReference[directory.reference] = repository
    }
    let recordName = KubernetesName.fitting(
      PackageInstallation.recordName(file: application.file, application: application.name),
      distinction: "\(package.source)\u{0}\(application.file)\u{0}\(application.kind.rawValue)"
    ) { recordNames.contains($0) }
    recordNames.insert(recordName)
    return PackageInstallation(
      source: package.source, priority: package.priority, application: application, recordName: recordName,
      repositories: repositories, repositoriesByReference: byReference)
  }
}
