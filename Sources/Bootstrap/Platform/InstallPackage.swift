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
      // The namespace is there, and a webhook that checks objects refuses them all until its server runs.
      let objects = rendered.adoptedObjects.filter { ![.namespaces, .webhooks].contains(ApplyPhase($0)) }
      let present = try await compare(objects)
      try await awaitEstablished(present.unchanged, client)
      for (phase, objects) in ApplyPhase.grouped(present.changed) {
        try await apply(objects)
        if phase == .definitions { try await awaitEstablished(objects, client) }
      }
      let wait = WorkloadWait(client: client, package: package)
      if !present.changed.isEmpty || !wait.isOver(rendered.objects, in: present.unchanged) {
        try await wait.run(rendered.objects, deadline: .after(.seconds(600))) { context.report($0) }
      }
      try await applyWebhooks(rendered.adoptedObjects.filter { ApplyPhase($0) == .webhooks })
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
      try await client.apply(
        Credentials.giteaSecret(password: password, token: existing?.token), over: secret,
        fieldManager: Names.fieldManager, deadline: .after(.seconds(60)))
      if let old = existing?.password, old != password { try await restartGitea(client) }
      giteaToken.fulfil(existing?.token)
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
      let secret = try await client.get(.secrets, webhook.secret, namespace: webhook.namespace)
      let identity = try webhook.existingCertificate(in: secret) ?? webhook.makeCertificate()
      try await client.apply(
        webhook.secret(identity), over: secret, fieldManager: Names.fieldManager, deadline: .after(.seconds(60)))
      webhookCertificate.fulfil(identity)
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

  /// A webhook also has the certificate of its server, which no manifest knows.
  private func applyWebhooks(_ objects: [Value]) async throws {
    guard !objects.isEmpty else { return }
    var objects = objects
    if let webhook = IngressChoice.installed.webhook {
      let identity = try await webhookCertificate.value()
      for index in objects.indices { try webhook.trust(identity, in: &objects[index]) }
    }
    try await applyDifferences(objects)
  }
}
