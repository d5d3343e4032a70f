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
  let web: Client
  let gitea: GiteaClient
  let password: Secret
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

  /// Fills the repositories of an Application, records them, and applies it.
  func install(_ installation: PackageInstallation) async throws -> [Push] {
    let deadline = Deadline.after(.seconds(60))
    do {
      let record = try await kubernetes.apply(
        records.customPackage(installation, owner: owner), fieldManager: Names.fieldManager, deadline: deadline)
      var pushes: [Push] = []
      var repositories: [Value] = []
      for repository in installation.repositories {
        let push = try await fill(repository)
        pushes.append(push)
        repositories.append(
          try await kubernetes.apply(
            records.gitRepository(repository, owner: record), fieldManager: Names.fieldManager))
        try await kubernetes.apply(
          records.gitRepositoryStatus(repository, commit: push.commit), fieldManager: Names.fieldManager,
          subresource: "status")
      }
      try await kubernetes.apply(
        installation.object { options.repositoryURL($0.repositoryName) }, fieldManager: Names.fieldManager)
      try await kubernetes.apply(
        records.customPackageStatus(installation, repositories: repositories), fieldManager: Names.fieldManager,
        subresource: "status")
      if pushes.contains(where: \.isNew) { try await refresh(installation.application) }
      return pushes
    } catch let error where !(error is CancellationError) {
      throw Failure("\(installation.application.title) of \(installation.source) cannot be installed", because: error)
    }
  }

  /// Makes a repository have its directory's content; a person's own commits on top of ours are undone, for the directory
  /// is what the user edits.
  private func fill(_ repository: PackageRepository) async throws -> Push {
    let owner = Names.Gitea.adminUser
    let name = repository.repositoryName
    let existing = try await gitea.ensureRepository(
      name, of: owner, description: "The content of \(repository.recordedPath)")
    let files = try await repository.files()
    if !existing.isEmpty, let head = try await gitea.head(ofBranch: "main", in: name, of: owner),
      try await GitTree.id(of: files).hex == head.tree
    {
      return Push(repository: name, commit: head.id, isNew: false)
    }
    let remote = GitRemote(
      options.repositoryURL(name), credentials: GitCredentials(username: owner, password: password), client: web)
    let outcome = try await remote.push(
      files, author: PackageRepository.author(time: UnixTime.now.seconds), message: repository.commitMessage,
      deadline: .after(.seconds(300)))
    let isNew = if case .pushed = outcome { true } else { false }
    return Push(repository: name, commit: outcome.commit.hex, isNew: isNew)
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
      try await gitea.deleteRepository(repository, of: Names.Gitea.adminUser)
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
