import Diagnostics
import Documents
import Kubernetes
import Packages
import Platform

/// Waits until Argo CD has brought packages into the cluster and says that they work.
///
/// Only what Argo CD does by itself is awaited: Applications with automated sync, in Argo CD's namespace; of an
/// ApplicationSet those that it makes.
struct PackageWait: Sendable {
  let client: KubernetesClient

  /// Waits.
  ///
  /// - Parameters:
  ///   - installations: What was applied.
  ///   - commits: The commits at the heads of the repositories, by their names in Gitea.
  ///   - context: Told what is awaited.
  /// - Throws: `Failure` when the deadline passes, what the API server answers, or `CancellationError`.
  func run(_ installations: [PackageInstallation], _ commits: [String: String], _ context: StepContext) async throws {
    let awaited = installations.filter { $0.application.namespace == Names.ArgoCD.namespace }
    guard !awaited.isEmpty else { return }
    let deadline = Deadline.after(.seconds(900))
    do {
      for installation in awaited where installation.application.kind == .applicationSet {
        try await awaitApplications(of: installation.application.name, deadline, context)
      }
      let names = Set(awaited.filter { $0.application.kind == .application }.map(\.application.name))
      let sets = Set(awaited.filter { $0.application.kind == .applicationSet }.map(\.application.name))
      var revisions: [String: String] = [:]
      for installation in awaited { revisions[installation.application.name] = Self.revision(installation, commits) }
      let wanted = revisions
      try await client.waitForAll(
        .applications, namespace: Names.ArgoCD.namespace, deadline: deadline, report: { context.report($0) },
        until: { Self.readiness($0, names: names, sets: sets, revisions: wanted) })
    } catch let error as DeadlineExceeded {
      throw Failure(
        "the packages do not become Synced and Healthy", cause: error.description,
        remedy: "kubectl -n \(Names.ArgoCD.namespace) get applications; --no-wait-packages leaves them to Argo CD",
        state: "everything is installed; Argo CD goes on trying", status: .timedOut)
    }
  }

  /// Waits until an ApplicationSet has made its Applications.
  private func awaitApplications(of name: String, _ deadline: Deadline, _ context: StepContext) async throws {
    try await client.waitForAll(
      .applicationSets, namespace: Names.ArgoCD.namespace, fields: "metadata.name=\(name)", deadline: deadline,
      report: { context.report($0) },
      until: { sets in
        let conditions = sets.first?["status"]["conditions"].elements ?? []
        if conditions.contains(where: { $0["type"] == "ResourcesUpToDate" && $0["status"] == "True" }) { return .ready }
        let trouble = conditions.first { $0["type"] == "ErrorOccurred" && $0["status"] == "True" }
        return .pending("\(name): \(trouble?["message"].stringValue ?? "no Applications yet")")
      })
  }

  /// What is missing among the Applications.
  static func readiness(
    _ applications: [Value], names: Set<String>, sets: Set<String>, revisions: [String: String]
  ) -> Readiness {
    var missing: [String] = []
    var seen: Set<String> = []
    for application in applications {
      guard let name = application["metadata"]["name"].stringValue else { continue }
      let isMade = application["metadata"]["ownerReferences"].elements.contains {
        $0["kind"] == "ApplicationSet" && sets.contains($0["name"].stringValue ?? "")
      }
      guard names.contains(name) || isMade else { continue }
      seen.insert(name)
      guard syncsItself(application) else { continue }
      switch ApplicationState(judged(application), revision: revisions[name]) {
      case .done: continue
      case .waiting(let text), .troubled(let text): missing.append("\(name): \(text)")
      }
    }
    missing += names.subtracting(seen).sorted().map { "\($0): not there yet" }
    return missing.isEmpty ? .ready : .pending(missing.joined(separator: "; "))
  }

  private static func syncsItself(_ application: Value) -> Bool {
    let automated = application["spec"]["syncPolicy"]["automated"]
    return automated.objectValue != nil && automated["enabled"].boolValue != false
  }

  /// The Application as it is to be judged: of several revisions, for several sources, all are shown as one; and one that
  /// lacks nothing but the removal of objects, which its owner does not allow Argo CD, is as synced as it will be.
  private static func judged(_ application: Value) -> Value {
    var copy = application
    let revisions = application["status"]["sync"]["revisions"].elements.compactMap(\.stringValue)
    if !revisions.isEmpty { copy["status"]["sync"]["revision"] = .string(revisions.joined(separator: ",")) }
    let different = application["status"]["resources"].elements.filter { $0["status"] == "OutOfSync" }
    if application["spec"]["syncPolicy"]["automated"]["prune"] != true, !different.isEmpty,
      different.allSatisfy({ $0["requiresPruning"] == true })
    {
      copy["status"]["sync"]["status"] = "Synced"
    }
    return copy
  }

  /// The commit that must be in force: of an Application with a single source at the head of our repository.
  private static func revision(_ installation: PackageInstallation, _ commits: [String: String]) -> String? {
    let spec = installation.application.document.value["spec"]
    guard installation.application.kind == .application, spec["sources"].elements.isEmpty,
      let text = spec["source"]["repoURL"].stringValue, text.hasPrefix(DirectoryReferences.scheme),
      ["HEAD", "main", ""].contains(spec["source"]["targetRevision"].stringValue ?? ""),
      installation.repositories.count == 1
    else { return nil }
    return installation.repositories.first.flatMap { commits[$0.repositoryName] }
  }
}
