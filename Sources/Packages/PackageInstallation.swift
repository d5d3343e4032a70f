public import Documents
import Platform

/// An Application or ApplicationSet of a package with the repositories made for it.
public struct PackageInstallation: Sendable {
  /// Where the package came from.
  public let source: PackageSource
  /// The package's place on the command line.
  public let priority: Int
  /// The document and what it refers to.
  public let application: PackageApplication
  /// The name of its CustomPackage record.
  public let recordName: String
  /// The repositories, each once, in the order of the document.
  public let repositories: [PackageRepository]
  /// The repository for what stands after `cnoe://`.
  let repositoriesByReference: [String: PackageRepository]

  /// The object for the API server: references replaced by addresses, idpbuilder's labels added, all else as it is in the
  /// document.
  ///
  /// - Parameter repositoryURL: The address of a repository that works in the cluster, see
  ///   `PlatformOptions.repositoryURL`.
  /// - Returns: The Application or ApplicationSet.
  public func object(repositoryURL: (PackageRepository) -> String) -> Value {
    var object = DirectoryReferences.replaced(in: application.document.value) { reference in
      repositoriesByReference[reference].map(repositoryURL)
    }
    object["metadata"]["namespace"] = .string(application.namespace)
    // As `SetPackageLabels` in `pkg/util/util.go`; a label's value cannot be as long as a name.
    var labels = object["metadata"]["labels"].members
    labels[Names.Label.packageName] = .string(
      KubernetesName.fitting(application.name, limit: KubernetesName.labelLimit))
    let isCore = CorePackage(rawValue: application.name) != nil
    labels[Names.Label.packageType] = .string(isCore ? Names.Label.core : Names.Label.custom)
    object["metadata"]["labels"] = .object(labels)
    return object
  }

  /// The name that idpbuilder gives a record: the file's name up to its first dot in small letters, a dash, the
  /// Application's name (`getCustomPackageName` in `pkg/controllers/localbuild/controller.go`).
  static func recordName(file: String, application: String) -> String {
    let name = LexicalPath.base(file)
    return "\((name.split(separator: ".", omittingEmptySubsequences: false).first ?? "").lowercased())-\(application)"
  }
}
