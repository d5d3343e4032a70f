import Certificates
import Diagnostics
import Documents
import Git
import Gitea
import Kubernetes
import Platform

extension PlatformRun {
  /// `repositories`: Gitea holds the manifests of every package, as they were applied.
  func fillRepositories() -> Step {
    Step(
      .repositories, title: "repositories",
      after: [.package(.gitea), .package(IngressChoice.installed.package)]
    ) { [self] context in
      let web = try await webClient()
      let password = try await giteaPassword.value()
      let gitea = GiteaClient(
        url: options.giteaURL, credentials: .password(username: Names.Gitea.adminUser, password), client: web)
      context.report("waiting for an answer at \(options.giteaURL)")
      // The password is tried out in any case: it is what the user is told.
      async let noted = isTokenValid(try await giteaToken.value(), gitea)
      try await awaitAnswer(gitea)
      let isValid = try await noted
      let token = try await whileIngressSettles { [self] in
        if isValid, let token = try await giteaToken.value() { return token }
        return try await ensureToken(gitea, password)
      }
      self.token.fulfil(token)
      // Argo CD looks at Git by itself only once a minute or two; told of a push, it acts at once.
      async let webhook: Void = whileIngressSettles { [self] in
        try await withToken(token, gitea).ensureSystemWebhook(options.argoCDWebhookURL)
      }
      let summary = try await fillAll(
        try await packages.value(), RepositoryContent(options, token: token, web: web), context)
      try await webhook
      return summary
    }
  }

  /// Fills the repositories of all packages, side by side.
  private func fillAll(
    _ rendered: [CorePackage: RenderedPackage], _ content: RepositoryContent, _ context: StepContext
  ) async throws -> String {
    var filled: [CorePackage: FilledRepository] = [:]
    try await withThrowingTaskGroup(of: (CorePackage, FilledRepository).self) { group in
      for (package, manifests) in rendered {
        group.addTask { [self] in
          (package, try await whileIngressSettles { [self] in try await fill(package, manifests, content) })
        }
      }
      for try await (package, repository) in group {
        filled[package] = repository
        context.report("\(filled.count) of \(rendered.count)")
      }
    }
    repositories.fulfil(filled)
    let pushed = filled.values.count(where: \.isNew)
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
  @discardableResult
  func ensureToken(_ gitea: GiteaClient, _ password: Secret) async throws -> Secret {
    let secret = try await kubernetes.value().get(
      .secrets, Names.Gitea.credentialSecret, namespace: Names.Gitea.namespace)
    if let token = Credentials.gitea(in: secret)?.token, try await isTokenValid(token, gitea) { return token }
    // A token's text is shown only once: one whose text was lost is replaced.
    try await gitea.deleteToken(Names.Gitea.tokenName, of: Names.Gitea.adminUser)
    let made = try await gitea.createToken(Names.Gitea.tokenName, for: Names.Gitea.adminUser)
    guard let token = made.token else {
      throw Failure("Gitea does not tell the token that it made", status: .protocolViolation)
    }
    try await apply([Credentials.giteaSecret(password: password, token: token)])
    return token
  }

  /// Whether Gitea knows a token. Nobody knows one that is not there.
  private func isTokenValid(_ token: Secret?, _ gitea: GiteaClient) async throws -> Bool {
    guard let token else { return false }
    let isValid = (try? await withToken(token, gitea).currentUser()) != nil
    try Task.checkCancellation()
    return isValid
  }

  private func withToken(_ token: Secret, _ gitea: GiteaClient) -> GiteaClient {
    var gitea = gitea
    gitea.credentials = .token(token)
    return gitea
  }

  private func fill(
    _ package: CorePackage, _ manifests: RenderedPackage, _ content: RepositoryContent
  ) async throws -> FilledRepository {
    let record = try await kubernetes.value().get(
      .gitRepositories, package.rawValue, namespace: Names.projectNamespace(cluster: clusterName))
    let last = record?["status"]["commit"]["hash"].stringValue
    let outcome = try await content.bring(
      manifests.files.map { GitFile($0.name, text: $0.text) },
      to: Names.repository(cluster: clusterName, package: package.rawValue),
      // What users commit on top of our last commit is theirs and stays, as long as we have nothing new to say.
      since: last, description: "The manifests of \(package.folder) in cluster \(clusterName)",
      author: GitSignature(name: "idpbuilder", email: "idpbuilder@\(options.host)", time: UnixTime.now.seconds),
      message: "Manifests of \(package.folder)", deadline: .after(.seconds(60)))
    return FilledRepository(
      commit: outcome.commit, ours: outcome.isNew ? outcome.commit : last ?? outcome.commit, isNew: outcome.isNew,
      record: record)
  }
}

/// What became of a package's repository.
struct FilledRepository: Sendable {
  /// The commit at the head of its branch.
  let commit: String
  /// The last commit that we made.
  let ours: String
  /// Whether that commit was made now.
  let isNew: Bool
  /// Its record as it was in the cluster before; nil if there was none.
  let record: Value?
}
