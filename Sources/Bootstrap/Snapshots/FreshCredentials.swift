import Certificates
import Diagnostics
import Documents
import Kubernetes
import Platform

/// New secrets for a platform that came from a snapshot, so that no two clusters share any.
///
/// They are written as soon as the API server answers, before the pods that read them have started.
enum FreshCredentials {
  /// Replaces the administrators' passwords and what tokens are made with. Gitea's token is left out of its secret: it
  /// is made anew once Gitea answers.
  ///
  /// - Parameters:
  ///   - client: The cluster.
  ///   - isStatic: Whether the passwords are `developer`.
  /// - Throws: What the API server answers.
  static func replace(_ client: KubernetesClient, isStatic: Bool) async throws {
    let deadline = Deadline.after(.seconds(60))
    // A cluster without the platform has none of these.
    if try await client.get(.namespaces, Names.Gitea.namespace, deadline: deadline) != nil {
      try await client.applyAll(
        [Credentials.giteaSecret(password: Credentials.makePassword(isStatic: isStatic), token: nil)],
        fieldManager: Names.fieldManager, deadline: deadline)
    }
    let settings = ObjectReference(.secrets, Names.ArgoCD.settingsSecret, namespace: Names.ArgoCD.namespace)
    if try await client.get(settings, deadline: deadline) != nil {
      let fresh = try Credentials.argoCDFresh(Credentials.makePassword(isStatic: isStatic))
      _ = try await client.retryingTransientFailures(until: deadline, awaiting: "secret \(settings.name)") {
        try await client.patch(settings, .merge(fresh.settings), deadline: deadline)
      }
      try await client.applyAll(
        [fresh.initial], fieldManager: Names.credentialsFieldManager, deadline: deadline)
    }
  }
}
