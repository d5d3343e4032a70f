public import Documents
public import Platform

/// What `get packages` shows of a package, under idpbuilder's names (`pkg/cmd/get/packages.go`, `pkg/printer/package.go`
/// in cnoe-io/idpbuilder), and beyond it how Argo CD sees the Application.
public struct ListedPackage: Sendable, Hashable {
  /// The name of the CustomPackage record.
  public let name: String
  /// The namespace of the record.
  public let namespace: String
  /// `Application` or `ApplicationSet`.
  public let kind: String
  /// The address of its first repository in Gitea, or of the one elsewhere; empty if it has none.
  public let repository: String
  /// The Application's page in Argo CD.
  public let argoCDURL: String
  /// Whether the Application points at its repositories: idpbuilder's status.
  public let isSynced: Bool
  /// Argo CD's sync status: `Synced`, `OutOfSync`; `Unknown` if it does not say. Of several Applications, the worst.
  public let sync: String
  /// Argo CD's health: `Healthy`, `Progressing`; `Unknown` if it does not say. Of several Applications, the worst.
  public let health: String

  /// What is shown of a package.
  ///
  /// - Parameters:
  ///   - record: The CustomPackage as it is in the cluster.
  ///   - applications: Its Application as it is in the cluster, or those that its ApplicationSet made.
  ///   - options: The platform's options.
  public init(_ record: Value, applications: [Value], options: PlatformOptions) {
    let spec = record["spec"]
    name = record["metadata"]["name"].stringValue ?? ""
    namespace = record["metadata"]["namespace"].stringValue ?? ""
    kind = spec["argoCD"]["type"].stringValue ?? PackageApplication.Kind.application.rawValue
    let remote = spec["remoteRepository"]
    if let repository = record["status"]["gitRepositoryRefs"][0]["name"].stringValue {
      self.repository = options.repositoryURL("\(namespace)-\(repository)")
    } else if let url = remote["url"].stringValue, !url.isEmpty {
      let ref = remote["ref"].stringValue.flatMap { $0.isEmpty ? nil : $0 } ?? "main"
      repository = "\(url)/tree/\(ref)/\(remote["path"].stringValue ?? "")"
    } else {
      repository = ""
    }
    let path = [spec["argoCD"]["namespace"], spec["argoCD"]["name"]].map { $0.stringValue ?? "" }.joined(separator: "/")
    argoCDURL = "\(options.argoCDURL)/applications/\(path)"
    isSynced = record["status"]["synced"].boolValue ?? false
    sync = Self.worst(applications.map { $0["status"]["sync"]["status"] }, of: ["Synced", "OutOfSync"])
    health = Self.worst(
      applications.map { $0["status"]["health"]["status"] },
      of: ["Healthy", "Suspended", "Progressing", "Missing", "Degraded"])
  }

  /// The state that stands for several: the last in the order, `Unknown` if one is not among them or there is none. The
  /// order is Argo CD's (`healthOrder` in `gitops-engine/pkg/health/health.go`).
  private static func worst(_ states: [Value], of order: [String]) -> String {
    let ranks = states.map { state in order.firstIndex { .string($0) == state } ?? order.count }
    guard let worst = ranks.max(), worst < order.count else { return "Unknown" }
    return order[worst]
  }

  /// The entry as JSON: idpbuilder's members first, in its order, then ours.
  public var json: Value {
    [
      "Name": .string(name), "Namespace": .string(namespace), "Type": .string(kind),
      "GitRepository": .string(repository), "ArgocdRepository": .string(argoCDURL), "Status": .string("\(isSynced)"),
      "Sync": .string(sync), "Health": .string(health),
    ]
  }

  /// The table's head.
  public static let columns = ["NAME", "IDP NAMESPACE", "GIT REPOSITORY", "ARGOCD URL", "STATUS", "SYNC", "HEALTH"]

  /// The entry as a table's cells.
  public var cells: [String] { [name, namespace, repository, argoCDURL, "\(isSynced)", sync, health] }
}
