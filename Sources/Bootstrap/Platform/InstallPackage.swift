import Certificates
import Diagnostics
import Documents
import Kubernetes
import Platform

extension PlatformRun {
  /// One step per package: its objects are applied, and its workloads run.
  func installPackage(_ package: CorePackage) -> Step {
    Step(.package(package), title: package.folder, after: [.certificate]) { [self] context in
      guard let rendered = try await packages.value()[package] else { return nil }
      let client = try await kubernetes.value()
      context.report("applying \(rendered.objects.count) objects")
      try await prepare(package, context)
      var later: [Value] = []
      for (phase, objects) in ApplyPhase.grouped(rendered.objects) {
        // A webhook that checks objects refuses them all until its server runs.
        if phase == .webhooks {
          later = objects
          continue
        }
        try await apply(objects, context)
        if phase == .definitions { try await awaitEstablished(objects, client) }
      }
      try await WorkloadWait(client: client, package: package).run(rendered.objects, deadline: .after(.seconds(600))) {
        context.report($0)
      }
      if !later.isEmpty { try await applyWebhooks(later, context) }
      return "ready"
    }
  }

  /// What must be there before the package's pods start.
  private func prepare(_ package: CorePackage, _ context: StepContext) async throws {
    let client = try await kubernetes.value()
    switch package {
    case .gitea:
      let secret = try await client.get(.secrets, Names.Gitea.credentialSecret, namespace: Names.Gitea.namespace)
      let existing = Credentials.gitea(in: secret)
      var password = existing?.password ?? Credentials.makePassword(options)
      // A static password asked for on a re-run replaces the generated one; Gitea takes it over when its pod starts.
      if options.usesStaticPassword { password = Credentials.makePassword(options) }
      try await apply([Credentials.giteaSecret(password: password, token: existing?.token)], context)
      giteaPassword.fulfil(password)
    case .argocd:
      guard options.usesStaticPassword else { return }
      let settings = try await client.get(.secrets, Names.ArgoCD.settingsSecret, namespace: Names.ArgoCD.namespace)
      try await apply(
        Credentials.argoCDStaticPassword(settings: settings), context, fieldManager: Names.credentialsFieldManager)
    case .nginx:
      guard let webhook = IngressChoice.installed.webhook else { return }
      try await apply([webhook.secret(webhookCertificate(webhook))], context)
    }
  }

  /// The webhook's own certificate: the one in its secret, or a new one.
  private func webhookCertificate(_ webhook: AdmissionWebhook) async throws -> CertificateIdentity {
    let secret = try await kubernetes.value().get(.secrets, webhook.secret, namespace: webhook.namespace)
    return try webhook.existingCertificate(in: secret) ?? webhook.makeCertificate()
  }

  private func applyWebhooks(_ objects: [Value], _ context: StepContext) async throws {
    var objects = objects
    if let webhook = IngressChoice.installed.webhook {
      let identity = try await webhookCertificate(webhook)
      for index in objects.indices { try webhook.trust(identity, in: &objects[index]) }
    }
    try await apply(objects, context)
  }
}
