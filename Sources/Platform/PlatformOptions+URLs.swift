/// Where the platform's services are, for people and for programs; spelled as idpbuilder spells them
/// (`pkg/util/gitea.go`, `pkg/util/argocd.go` in cnoe-io/idpbuilder).
extension PlatformOptions {
  /// Argo CD's address, without a slash at the end: `https://argocd.cnoe.localtest.me:8443`.
  public var argoCDURL: String { url(of: "argocd") }

  /// Gitea's address, without a slash at the end: `https://gitea.cnoe.localtest.me:8443`. It works from outside and,
  /// because of the platform's DNS rules, from inside the cluster.
  public var giteaURL: String { url(of: "gitea") }

  /// The name under which Gitea is reached: `gitea.cnoe.localtest.me`.
  public var giteaDomain: String { usePathRouting ? host : "gitea.\(host)" }

  /// The OCI registry of the platform as it stands in image names: `gitea.cnoe.localtest.me:8443`.
  public var registry: String { "\(giteaDomain):\(port)" }

  /// Where Gitea tells Argo CD inside the cluster that something was pushed, so that nobody waits for the next look at Git
  /// (`docs/operator-manual/webhook.md` in argoproj/argo-cd; Gitea's requests are read as those of Gogs). The server
  /// speaks TLS where the ingress passes it through.
  public var argoCDWebhookURL: String {
    let scheme = usePathRouting ? Scheme.http : scheme
    return "\(scheme.rawValue)://argocd-server.\(Names.ArgoCD.namespace).svc.cluster.local/api/webhook"
  }

  /// All names below which the platform answers: the host, and the ingress host where it differs.
  public var hosts: [String] { host == ingressHost ? [host] : [host, ingressHost] }

  /// The address of a repository for `git clone`, inside and outside the cluster.
  ///
  /// - Parameters:
  ///   - name: The repository's name in Gitea.
  ///   - owner: The user or organisation it belongs to.
  /// - Returns: The address: `https://gitea.cnoe.localtest.me:8443/giteaAdmin/name.git`.
  public func repositoryURL(_ name: String, owner: String = Names.Gitea.adminUser) -> String {
    "\(giteaURL)/\(owner)/\(name).git"
  }

  private func url(of service: String) -> String {
    usePathRouting
      ? "\(scheme.rawValue)://\(host):\(port)/\(service)" : "\(scheme.rawValue)://\(service).\(host):\(port)"
  }
}
