import Certificates
import Diagnostics
import Documents
import Kubernetes
import Platform

extension PlatformRun {
  /// One step per package: its objects are applied, and its workloads run.
  func installPackage(_ package: CorePackage) -> Step {
    Step(
      // What was saved says "ready" until the pods have started again.
      .package(package), title: package.folder,
      after: contents == .samePlatform ? [.certificate, .pods] : [.certificate]
    ) { [self] context in
      guard let rendered = try await packages.value()[package] else { return nil }
      let client = try await kubernetes.value()
      try await prepare(package)
      context.report("applying \(rendered.objects.count) objects")
      var later: [Value] = []
      for (phase, objects) in ApplyPhase.grouped(try await changed(rendered.adoptedObjects)) {
        // A webhook that checks objects refuses them all until its server runs.
        if phase == .webhooks {
          later = objects
          continue
        }
        try await apply(objects)
        if phase == .definitions { try await awaitEstablished(objects, client) }
      }
      try await WorkloadWait(client: client, package: package).run(rendered.objects, deadline: .after(.seconds(600))) {
        context.report($0)
      }
      if !later.isEmpty { try await applyWebhooks(later) }
      return "ready"
    }
  }

  /// What must be there before the package's pods start.
  private func prepare(_ package: CorePackage) async throws {
    let client = try await kubernetes.value()
    switch package {
    case .gitea:
      let secret = try await client.get(.secrets, Names.Gitea.credentialSecret, namespace: Names.Gitea.namespace)
      let existing = Credentials.gitea(in: secret)
      // A static password asked for on a re-run replaces the generated one.
      let kept = options.usesStaticPassword ? nil : existing?.password
      let password = kept ?? Credentials.makePassword(options)
      try await apply([Credentials.giteaSecret(password: password, token: existing?.token)])
      if let old = existing?.password, old != password { try await restartGitea(client) }
      giteaPassword.fulfil(password)
    case .argocd:
      if try await client.get(.secrets, Names.ArgoCD.redisSecret, namespace: Names.ArgoCD.namespace) == nil {
        try await apply([Credentials.argoCDRedisSecret()])
      }
      guard options.usesStaticPassword else { return }
      let settings = try await client.get(.secrets, Names.ArgoCD.settingsSecret, namespace: Names.ArgoCD.namespace)
      try await apply(
        Credentials.argoCDStaticPassword(settings: settings), fieldManager: Names.credentialsFieldManager)
    case .nginx:
      guard let webhook = IngressChoice.installed.webhook else { return }
      try await apply([webhook.secret(webhookCertificate(webhook))])
    }
  }

  /// Replaces Gitea's pod, if there is one: it takes over the administrator's password when it starts.
  func restartGitea(_ client: KubernetesClient) async throws {
    let reference = ObjectReference(.deployments, "my-gitea", namespace: Names.Gitea.namespace)
    guard try await client.get(reference) != nil else { return }
    let annotation: Value = ["kubectl.kubernetes.io/restartedAt": .string(records.startTime)]
    try await client.patch(
      reference, .merge(["spec": ["template": ["metadata": ["annotations": annotation]]]]))
  }

  /// The webhook's own certificate: the one in its secret, or a new one.
  private func webhookCertificate(_ webhook: AdmissionWebhook) async throws -> CertificateIdentity {
    let secret = try await kubernetes.value().get(.secrets, webhook.secret, namespace: webhook.namespace)
    return try webhook.existingCertificate(in: secret) ?? webhook.makeCertificate()
  }

  private func applyWebhooks(_ objects: [Value]) async throws {
    var objects = objects
    if let webhook = IngressChoice.installed.webhook {
      let identity = try await webhookCertificate(webhook)
      for index in objects.indices { try webhook.trust(identity, in: &objects[index]) }
    }
    try await apply(objects)
  }
}
