/// The names that idpbuilder's users rely on, kept to the letter, and who relies on each.
///
/// Sources: `globals/project.go`, `api/v1alpha1/localbuild_types.go`, `pkg/util` and `pkg/cmd/get` of
/// cnoe-io/idpbuilder.
public enum Names {
  /// The field manager of everything that is applied: `kubectl` shows it, conflicts name it.
  public static let fieldManager = "idpbuilder"

  /// The field manager of credentials in objects that are part of a package as well, such as `argocd-secret`: what a
  /// manager leaves out when it applies an object again is removed, so the package must not be applied by the same one.
  public static let credentialsFieldManager = "idpbuilder-credentials"

  /// The namespace of a cluster's own records, and the prefix of its repositories: scripts list `GitRepository` here.
  public static func projectNamespace(cluster: String) -> String { "idpbuilder-\(cluster)" }

  /// The repository of a package in Gitea: people clone it, Applications point at it.
  public static func repository(cluster: String, package: String) -> String {
    "\(projectNamespace(cluster: cluster))-\(package)"
  }

  /// Labels.
  public enum Label {
    /// On secrets that `get secrets` shall show; packages of users set it.
    public static let cliSecret = "cnoe.io/cli-secret"
    /// The value of ``cliSecret`` that counts.
    public static let cliSecretValue = "true"
    /// On Applications and secrets: the package they belong to; `get secrets -p` selects by it.
    public static let packageName = "cnoe.io/package-name"
    /// On Applications: ``core`` or ``custom``; idpbuilder waits for all that are core.
    public static let packageType = "cnoe.io/package-type"
    /// The value of ``packageType`` for the three packages of the platform.
    public static let core = "core"
    /// The value of ``packageType`` for packages of users.
    public static let custom = "custom"
  }

  /// Annotations.
  public enum Annotation {
    /// On idpbuilder's records: when the command that wrote them began; its client compares it as text.
    public static let startTime = "cnoe.io/cli-start-time"
    /// On idpbuilder's records: the start time of the command that last acted on them.
    public static let lastObservedStartTime = "cnoe.io/last-observed-cli-start-time"
    /// On CustomPackages: a number; of two packages with the same Application the higher one wins.
    public static let packagePriority = "cnoe.io/package-priority"
    /// On CustomPackages: where the package came from.
    public static let packageSourcePath = "cnoe.io/package-source-path"
    /// On Applications: makes Argo CD look at them at once.
    public static let refresh = "argocd.argoproj.io/refresh"
    /// On objects that Argo CD manages: the Application and the object, `gitea:apps/Deployment:gitea/my-gitea`.
    public static let trackingID = "argocd.argoproj.io/tracking-id"
    /// On objects that kubectl or Argo CD applied: what they applied, as JSON.
    public static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
    /// On ApplicationSets: makes Argo CD look at them at once.
    public static let applicationSetRefresh = "argocd.argoproj.io/application-set-refresh"
  }

  /// The platform's certificate.
  public enum Certificate {
    /// The TLS secret in the ingress' namespace (its default certificate), and the secret in `default` that holds the
    /// certificate alone: packages of users mount the latter.
    public static let secret = "idpbuilder-cert"
    /// The key of the certificate in the secret in `default`.
    public static let caKey = "ca.crt"
    /// The namespace of the secret that holds the certificate alone.
    public static let publicNamespace = "default"
    /// The TLS secret that Argo CD's server looks for (`docs/operator-manual/tls.md` in argoproj/argo-cd).
    public static let argoCDServerSecret = "argocd-server-tls"
  }

  /// Argo CD.
  public enum ArgoCD {
    /// The namespace of everything of it, Applications included.
    public static let namespace = "argocd"
    /// The project of the platform's Applications.
    public static let project = "default"
    /// The administrator's name.
    public static let adminUser = "admin"
    /// Where the server leaves the password it made up; `get secrets` shows it.
    public static let initialAdminSecret = "argocd-initial-admin-secret"
    /// Where the server keeps password hashes and its signing key.
    public static let settingsSecret = "argocd-secret"
    /// Where its cache's password is, for the pods that use it (`docs/faq.md` in argoproj/argo-cd: key `auth`).
    public static let redisSecret = "argocd-redis"
  }

  /// Gitea.
  public enum Gitea {
    /// The namespace of everything of it.
    public static let namespace = "gitea"
    /// The administrator's name; owner of the platform's repositories.
    public static let adminUser = "giteaAdmin"
    /// The administrator's name, password and token; `get secrets` shows it, packages of users mount it.
    public static let credentialSecret = "gitea-credential"
    /// The name of the token that is made for programs.
    public static let tokenName = "admin"
    /// The port for Git over SSH, on the node and outside.
    public static let sshPort = 32222
  }

  /// The password of both administrators with `--dev-password`.
  public static let staticPassword = "developer"
}
