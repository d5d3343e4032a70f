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
  /// What the cluster had at the beginning of a run that changed nothing since; nil if it may be otherwise by now.
  var known: InstalledObjects?

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
      let names = Set(awaited.filter { $0.application.kind == .application }.map(\.application.name))
      let sets = Set(awaited.filter { $0.application.kind == .applicationSet }.map(\.application.name))
      var revisions: [String: String] = [:]
      for installation in awaited { revisions[installation.application.name] = Self.revision(installation, commits) }
      let wanted = revisions
      if !sets.isEmpty {
        _ = try await wait(for: .applicationSets, known?.applicationSets, deadline, context) {
          Self.readiness(ofSets: $0, names: sets)
        }
      }
      let applications = try await wait(for: .applications, known?.applications, deadline, context) {
        Self.readiness($0, names: names, sets: sets, revisions: wanted)
      }
      for application in applications where Self.isAwaited(application, names: names, sets: sets) {
        if let notice = ApplicationState.leftoverNotice(application) { context.warn(notice) }
      }
    } catch let error as DeadlineExceeded {
      throw Failure(
        "the packages do not become Synced and Healthy", cause: error.description,
        remedy: "kubectl -n \(Names.ArgoCD.namespace) get applications; --no-wait-packages leaves them to Argo CD",
        state: "everything is installed; Argo CD goes on trying", status: .timedOut)
    }
  }

  /// Waits for objects in Argo CD's namespace, unless those that are known already are as they should be.
  private func wait(
    for type: ResourceType, _ known: [Value]?, _ deadline: Deadline, _ context: StepContext,
    until evaluate: @escaping @Sendable ([Value]) -> Readiness
  ) async throws -> [Value] {
    let namespace = Names.ArgoCD.namespace
    let present = known?.filter { $0["metadata"]["namespace"].stringValue == namespace }
    if let present, evaluate(present) == .ready { return present }
    return try await client.waitForAll(
      type, namespace: namespace, deadline: deadline, report: { context.report($0) }, until: evaluate)
  }

  /// What is missing among the ApplicationSets.
  static func readiness(ofSets sets: [Value], names: Set<String>) -> Readiness {
    var missing: [String] = []
    for name in names.sorted() {
      let set = sets.first { $0["metadata"]["name"] == .string(name) }
      let conditions = set?["status"]["conditions"].elements ?? []
      if conditions.contains(where: { $0["type"] == "ResourcesUpToDate" && $0["status"] == "True" }) { continue }
      let trouble = conditions.first { $0["type"] == "ErrorOccurred" && $0["status"] == "True" }
      missing.append("\(name): \(trouble?["message"].stringValue ?? "no Applications yet")")
    }
    return readiness(missing)
  }

  /// What is missing among the Applications.
  static func readiness(
    _ applications: [Value], names: Set<String>, sets: Set<String>, revisions: [String: String]
  ) -> Readiness {
    var missing: [String] = []
    var seen: Set<String> = []
    for application in applications where isAwaited(application, names: names, sets: sets) {
      let name = application["metadata"]["name"].stringValue ?? ""
      seen.insert(name)
      guard syncsItself(application) else { continue }
      switch ApplicationState(application, revision: revisions[name]) {
      case .done: continue
      case .waiting(let text), .troubled(let text): missing.append("\(name): \(text)")
      }
    }
    missing += names.subtracting(seen).sorted().map { "\($0): not there yet" }
    return readiness(missing)
  }

  /// Nobody reads a hundred names; the first few will do.
  private static func readiness(_ missing: [String]) -> Readiness {
    if missing.isEmpty { return .ready }
    let more = missing.count > 3 ? ["\(missing.count - 3) more"] : []
    return .pending((missing.prefix(3) + more).joined(separator: "; "))
  }

  /// Whether an Application is one of ours, or made by an ApplicationSet of ours.
  private static func isAwaited(_ application: Value, names: Set<String>, sets: Set<String>) -> Bool {
    names.contains(application["metadata"]["name"].stringValue ?? "")
      || application["metadata"]["ownerReferences"].elements.contains {
        $0["kind"] == "ApplicationSet" && sets.contains($0["name"].stringValue ?? "")
      }
  }

  private static func syncsItself(_ application: Value) -> Bool {
    let automated = application["spec"]["syncPolicy"]["automated"]
    return automated.objectValue != nil && automated["enabled"].boolValue != false
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
