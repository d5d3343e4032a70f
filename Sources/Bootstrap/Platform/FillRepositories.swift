import Certificates
import Diagnostics
import Documents
import Git
import Gitea
import HTTP
import Kubernetes
import Platform

extension PlatformRun {
  /// `repositories`: Gitea holds the manifests of every package, as they were applied.
  func fillRepositories() -> Step {
    Step(
      .repositories, title: "repositories",
      after: [.package(.gitea), .package(IngressChoice.installed.package)]
    ) { [self] context in
      let client = try await webClient()
      let owner = Names.Gitea.adminUser
      let password = try await giteaPassword.value()
      let gitea = GiteaClient(
        url: options.giteaURL, credentials: .password(username: owner, password), client: client)
      context.report("waiting for an answer at \(options.giteaURL)")
      try await awaitAnswer(gitea)
      try await whileIngressSettles { [self] in
        try await ensureToken(gitea, password)
        // Argo CD looks at Git by itself only once a minute or two; told of a push, it acts at once.
        try await gitea.ensureSystemWebhook(options.argoCDWebhookURL)
      }
      return try await fillAll(try await packages.value(), gitea, password, client, context)
    }
  }

  /// Fills the repositories of all packages, side by side.
  private func fillAll(
    _ rendered: [CorePackage: RenderedPackage], _ gitea: GiteaClient, _ password: Secret, _ client: Client,
    _ context: StepContext
  ) async throws -> String {
    var heads: [CorePackage: String] = [:]
    var ours: [CorePackage: String] = [:]
    var pushed = 0
    try await withThrowingTaskGroup(of: FilledRepository.self) { group in
      for (package, content) in rendered {
        group.addTask { [self] in
          try await whileIngressSettles { [self] in try await fill(package, content, gitea, password, client) }
        }
      }
      for try await repository in group {
        heads[repository.package] = repository.commit
        ours[repository.package] = repository.ours
        if repository.isNew { pushed += 1 }
        context.report("\(heads.count) of \(rendered.count)")
      }
    }
    commits.fulfil(heads)
    ourCommits.fulfil(ours)
    return pushed == 0 ? "unchanged" : "\(pushed) pushed"
  }

  /// The ingress learns of Gitea's pod a moment after it is ready, and gives no notice of that.
  func awaitAnswer(_ gitea: GiteaClient) async throws {
    let deadline = Deadline.after(.seconds(90))
    var backoff = Backoff(first: .milliseconds(50), limit: .milliseconds(500))
    var isRestarted = false
    while let error = await refusal(of: gitea) {
      try Task.checkCancellation()
      if error.status == 401, !isRestarted {
        // It has another password than its secret says: a run that changed it was cut off, or its pod was quicker than a
        // restoration. It takes over the one in the secret when it starts.
        isRestarted = true
        try await restartGitea(try await kubernetes.value())
        continue
      }
      guard error.status == nil || [404, 502, 503, 504].contains(error.status) || isRestarted && error.status == 401
      else { throw error }
      do {
        try await backoff.pause(until: deadline, awaiting: "Gitea at \(options.giteaURL)")
      } catch is DeadlineExceeded {
        throw Failure(
          "Gitea does not answer at \(options.giteaURL)", because: error,
          remedy: "kubectl -n \(IngressChoice.installed.namespace) logs deployment/ingress-nginx-controller")
      }
    }
  }

  /// Why Gitea does not let us in; nil if it does.
  private func refusal(of gitea: GiteaClient) async -> GiteaError? {
    do throws(GiteaError) {
      _ = try await gitea.currentUser()
      return nil
    } catch {
      return error
    }
  }

  /// The token that programs find in Gitea's secret, made if the one that is there does not work.
  func ensureToken(_ gitea: GiteaClient, _ password: Secret) async throws {
    let secret = try await kubernetes.value().get(
      .secrets, Names.Gitea.credentialSecret, namespace: Names.Gitea.namespace)
    if let token = Credentials.gitea(in: secret)?.token {
      var withToken = gitea
      withToken.credentials = .token(token)
      if (try? await withToken.currentUser()) != nil { return }
      try Task.checkCancellation()
    }
    // A token's text is shown only once: one whose text was lost is replaced.
    try await gitea.deleteToken(Names.Gitea.tokenName, of: Names.Gitea.adminUser)
    let token = try await gitea.createToken(Names.Gitea.tokenName, for: Names.Gitea.adminUser).token
    try await apply([Credentials.giteaSecret(password: password, token: token)])
  }

  private func fill(
    _ package: CorePackage, _ content: RenderedPackage, _ gitea: GiteaClient, _ password: Secret, _ client: Client
  ) async throws -> FilledRepository {
    let name = Names.repository(cluster: clusterName, package: package.rawValue)
    let owner = Names.Gitea.adminUser
    _ = try await gitea.ensureRepository(
      name, of: owner, description: "The manifests of \(package.folder) in cluster \(clusterName)")
    let files = content.files.map { GitFile($0.name, text: $0.text) }
    let last = try await lastPushed(package)
    let remote = GitRemote(
      options.repositoryURL(name), credentials: GitCredentials(username: owner, password: password), client: client)
    let outcome = try await remote.push(
      // What users commit on top of our last commit is theirs and stays, as long as we have nothing new to say.
      files, since: last,
      author: GitSignature(name: "idpbuilder", email: "idpbuilder@\(options.host)", time: UnixTime.now.seconds),
      message: "Manifests of \(package.folder)", deadline: .after(.seconds(60)))
    let commit = outcome.commit.hex
    return switch outcome {
    case .pushed: FilledRepository(package: package, commit: commit, ours: commit, isNew: true)
    case .unchanged: FilledRepository(package: package, commit: commit, ours: last ?? commit, isNew: false)
    }
  }
}

extension PlatformRun {
  /// The commit that an earlier run noted for a package, nil before the first.
  private func lastPushed(_ package: CorePackage) async throws -> String? {
    let type = ResourceType(
      group: "idpbuilder.cnoe.io", version: "v1alpha1", plural: "gitrepositories", kind: "GitRepository")
    let record = try await kubernetes.value().get(
      type, package.rawValue, namespace: Names.projectNamespace(cluster: clusterName))
    return record?["status"]["commit"]["hash"].stringValue
  }
}

/// What became of a package's repository.
private struct FilledRepository: Sendable {
  let package: CorePackage
  /// The commit at the head of its branch.
  let commit: String
  /// The last commit that we made.
  let ours: String
  /// Whether that commit was made now.
  let isNew: Bool
}
