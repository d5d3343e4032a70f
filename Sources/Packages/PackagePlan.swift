public import Documents
import Platform

/// What a run removes, compared with the records of earlier ones.
public struct PackagePlan: Sendable {
  /// Things of an earlier run that no package asks for any longer.
  public struct Leftover: Sendable, Hashable, CustomStringConvertible {
    /// An object of Argo CD.
    public struct Application: Sendable, Hashable {
      /// `Application` or `ApplicationSet`.
      public let kind: String
      /// Its namespace.
      public let namespace: String
      /// Its name.
      public let name: String
    }

    /// Where the package came from, as recorded.
    public let source: String?
    /// The name of the CustomPackage record to delete; nil if that is still used.
    public let recordName: String?
    /// The Application or ApplicationSet to delete; nil if a package still has it.
    public let application: Application?
    /// The names of the GitRepository records to delete.
    public let repositoryRecords: [String]
    /// The names of the repositories in Gitea to delete, in the same order.
    public let repositories: [String]

    /// `Application my-app of /a/b, repositories x, y`.
    public var description: String {
      var parts: [String] = []
      if let application { parts.append("\(application.kind) \(application.name)") }
      if application == nil, let recordName { parts.append("record \(recordName)") }
      if !repositories.isEmpty {
        parts.append(
          "\(repositories.count == 1 ? "repository" : "repositories") \(repositories.joined(separator: ", "))")
      }
      return parts.joined(separator: ", ") + (source.map { " of \($0)" } ?? "")
    }
  }

  /// What another package of this run takes the place of: to be deleted in any case.
  public let replaced: [Leftover]
  /// What was installed by earlier runs and is not given any longer: deleted with `--prune` only.
  public let leftovers: [Leftover]
}

extension PackageSet {
  /// Compares with the cluster.
  ///
  /// - Parameters:
  ///   - customPackages: The CustomPackage records as they are in the cluster.
  ///   - gitRepositories: The GitRepository records as they are in the cluster, those of the platform included.
  /// - Returns: What to do.
  public func plan(customPackages: [Value], gitRepositories: [Value]) -> PackagePlan {
    let current = Dictionary(uniqueKeysWithValues: installations.map { ($0.recordName, $0) })
    let identities = Set(installations.map(\.application.identity))
    let names = Set(installations.map(\.application.name))
    let owned = OwnedRepositories(gitRepositories, except: Set(repositories.map(\.name)))
    var replaced: [PackagePlan.Leftover] = []
    var leftovers: [PackagePlan.Leftover] = []
    for record in customPackages {
      guard let recordName = record["metadata"]["name"].stringValue else { continue }
      let application = Self.application(in: record)
      let isWanted = application.map { application in
        identities.contains {
          $0.kind.rawValue == application.kind && $0.namespace == application.namespace && $0.name == application.name
        }
      }
      let records = owned.names(of: record)
      let isUsed = current[recordName] != nil
      let leftover = PackagePlan.Leftover(
        source: record["metadata"]["annotations"][Names.Annotation.packageSourcePath].stringValue,
        recordName: isUsed ? nil : recordName, application: isWanted == false ? application : nil,
        repositoryRecords: records,
        repositories: records.map { Names.repository(cluster: cluster, package: $0) })
      if isUsed, leftover.application == nil, records.isEmpty { continue }
      if leftover.application != nil || !isUsed, names.contains(application?.name ?? "") {
        replaced.append(leftover)
      } else {
        leftovers.append(leftover)
      }
    }
    return PackagePlan(replaced: replaced, leftovers: leftovers)
  }

  private static func application(in record: Value) -> PackagePlan.Leftover.Application? {
    let application = record["spec"]["argoCD"]
    guard let kind = application["type"].stringValue, let name = application["name"].stringValue else { return nil }
    return PackagePlan.Leftover.Application(
      kind: kind, namespace: application["namespace"].stringValue ?? Names.ArgoCD.namespace, name: name)
  }
}

/// Which records of repositories belong to which packages.
private struct OwnedRepositories {
  private var byOwner: [String: [String]] = [:]
  private let kept: Set<String>
  private let all: Set<String>

  init(_ repositories: [Value], except kept: Set<String>) {
    self.kept = kept
    var all: Set<String> = []
    for repository in repositories {
      guard let name = repository["metadata"]["name"].stringValue, !kept.contains(name),
        repository["spec"]["source"]["type"].stringValue != "embedded"
      else { continue }
      all.insert(name)
      for owner in repository["metadata"]["ownerReferences"].elements
      where owner["kind"].stringValue == "CustomPackage" {
        if let owner = owner["name"].stringValue { byOwner[owner, default: []].append(name) }
      }
    }
    self.all = all
  }

  /// The names of the repositories of a package that are not needed any longer, sorted.
  func names(of record: Value) -> [String] {
    let owned = record["metadata"]["name"].stringValue.flatMap { byOwner[$0] } ?? []
    let referenced = record["status"]["gitRepositoryRefs"].elements.compactMap { $0["name"].stringValue }
    return Set(owned + referenced.filter(all.contains)).sorted()
  }
}
