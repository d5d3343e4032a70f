import Certificates
import Diagnostics
import Documents
import Git
import Gitea
import HTTP
import Kubernetes
import Packages
import Platform

/// Brings packages into Gitea and the cluster, and takes them out again.
struct PackageInstaller: Sendable {
  let kubernetes: KubernetesClient
  let content: RepositoryContent
  let options: PlatformOptions
  let records: BuildRecords
  /// The Localbuild as it is in the cluster.
  let owner: Value

  /// What became of a repository.
  struct Push: Sendable {
    /// Its name in Gitea.
    let repository: String
    /// The commit at the head of its branch.
    let commit: String
    /// Whether that commit was made now.
    let isNew: Bool
  }

  /// What became of an Application.
  struct Outcome: Sendable {
    /// What became of its repositories.
    let pushes: [Push]
    /// Whether there is anything new to Argo CD.
    let isChanged: Bool
  }

  /// Fills the repositories of an Application, records them, and applies it; what is there already is left alone.
  func install(_ installation: PackageInstallation, over installed: InstalledObjects) async throws -> Outcome {
    do {
      let record = try await apply(records.customPackage(installation, owner: owner), over: installed)
      var pushes: [Push] = []
      var repositories: [Value] = []
      for repository in installation.repositories {
        let wanted = records.gitRepository(repository, owner: record)
        let push = try await fill(repository)
        pushes.append(push)
        repositories.append(try await apply(wanted, over: installed))
        _ = try await apply(
          records.gitRepositoryStatus(repository, commit: push.commit), over: installed, subresource: "status")
      }
      let wanted = installation.object { options.repositoryURL($0.repositoryName) }
      let live = installed.counterpart(of: wanted)
      let applied = try await kubernetes.apply(
        wanted, over: live, fieldManager: Names.fieldManager, deadline: .after(.seconds(60)))
      _ = try await apply(
        records.customPackageStatus(installation, repositories: repositories), over: installed, subresource: "status")
      let isPushed = pushes.contains(where: \.isNew)
      if isPushed { try await refresh(installation.application) }
      let isApplied = applied["metadata"]["resourceVersion"] != live?["metadata"]["resourceVersion"]
      return Outcome(pushes: pushes, isChanged: isPushed || isApplied)
    } catch let error where !(error is CancellationError) {
      throw Failure("\(installation.application.title) of \(installation.source) cannot be installed", because: error)
    }
  }

  /// Applies an object, unless that would change nothing but the time of the run that is noted in records.
  private func apply(
    _ wanted: Value, over installed: InstalledObjects, subresource: String? = nil
  ) async throws -> Value {
    try await kubernetes.applyRecord(wanted, over: installed.counterpart(of: wanted), subresource: subresource)
  }

  /// Makes a repository have its directory's content; a person's own commits on top of ours are undone, for the directory
  /// is what the user edits.
  private func fill(_ repository: PackageRepository) async throws -> Push {
    let name = repository.repositoryName
    let outcome = try await content.bring(
      try await repository.files(), to: name, description: "The content of \(repository.recordedPath)",
      author: PackageRepository.author(time: UnixTime.now.seconds), message: repository.commitMessage,
      deadline: .after(.seconds(300)))
    return Push(repository: name, commit: outcome.commit, isNew: outcome.isNew)
  }

  /// Has Argo CD look at an Application now.
  private func refresh(_ application: PackageApplication) async throws {
    let isSet = application.kind == .applicationSet
    let annotation =
      isSet ? [Names.Annotation.applicationSetRefresh: "true"] : [Names.Annotation.refresh: "normal"]
    try await kubernetes.patch(
      ObjectReference(
        isSet ? .applicationSets : .applications, application.name, namespace: application.namespace),
      .merge(["metadata": ["annotations": Value(annotation)]]))
  }
}

extension PackageInstaller {
  /// Argo CD deletes what an Application deployed only if the Application has this finalizer
  /// (https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/).
  private static let finalizer = "resources-finalizer.argocd.argoproj.io"

  /// Removes an Application with what it deployed, its repositories and its records.
  func remove(_ leftover: PackagePlan.Leftover, _ context: StepContext) async throws {
    context.report("removing \(leftover)")
    if let application = leftover.application { try await remove(application, context) }
    let namespace = Names.projectNamespace(cluster: records.cluster)
    for (record, repository) in zip(leftover.repositoryRecords, leftover.repositories) {
      try await content.delete(repository)
      _ = try await kubernetes.delete(ObjectReference(.gitRepositories, record, namespace: namespace))
    }
    if let record = leftover.recordName {
      _ = try await kubernetes.delete(ObjectReference(.customPackages, record, namespace: namespace))
    }
  }

  private func remove(_ application: PackagePlan.Leftover.Application, _ context: StepContext) async throws {
    let isSet = application.kind == PackageApplication.Kind.applicationSet.rawValue
    let reference = ObjectReference(
      isSet ? .applicationSets : .applications, application.name, namespace: application.namespace)
    guard let existing = try await kubernetes.get(reference) else { return }
    let finalizers = existing["metadata"]["finalizers"].elements.compactMap(\.stringValue)
    if !isSet, !finalizers.contains(where: { $0.hasPrefix(Self.finalizer) }) {
      try await kubernetes.patch(
        reference, .merge(["metadata": ["finalizers": Value(finalizers + [Self.finalizer])]]))
    }
    guard try await kubernetes.delete(reference) else { return }
    do {
      try await kubernetes.waitFor(
        reference, until: .gone, deadline: .after(.seconds(120)), report: { context.report("\(reference): \($0)") })
    } catch is DeadlineExceeded {
      context.warn("\(reference) is being deleted, but not gone yet")
    }
  }
}
