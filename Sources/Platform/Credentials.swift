public import Certificates
public import Diagnostics
public import Documents

/// The administrators' passwords.
public enum Credentials {
  /// A password for Gitea's administrator: `developer` with `--dev-password`, otherwise 32 random letters and digits.
  public static func makePassword(_ options: PlatformOptions) -> Secret {
    makePassword(isStatic: options.usesStaticPassword)
  }

  /// A password for an administrator: `developer`, or 32 random letters and digits.
  public static func makePassword(isStatic: Bool) -> Secret {
    isStatic ? Secret(Names.staticPassword) : RandomText.generate()
  }

  /// Gitea's administrator as programs and `get secrets` find it, under idpbuilder's keys.
  ///
  /// - Parameters:
  ///   - password: The password; Gitea takes it over whenever its pod starts.
  ///   - token: A token for its API, once there is one.
  /// - Returns: The secret `gitea-credential`.
  public static func giteaSecret(password: Secret, token: Secret?) -> Value {
    var secret = Value.secret(
      Names.Gitea.credentialSecret, namespace: Names.Gitea.namespace,
      data: ["username": Names.Gitea.adminUser, "password": password.revealed])
    if let token { secret["data"]["token"] = .string(Base64.encode(Array(token.revealed.utf8))) }
    return secret
  }

  /// Password and token in Gitea's secret.
  ///
  /// - Parameter secret: The secret as it is in the cluster, nil if there is none.
  /// - Returns: Nil if there is no password.
  public static func gitea(in secret: Value?) -> (password: Secret, token: Secret?)? {
    guard let password = secret?.secretText("password"), !password.isEmpty else { return nil }
    return (Secret(password), secret?.secretText("token").map { Secret($0) })
  }

  /// What makes `developer` the password of Argo CD's administrator: the hash in the server's own secret, and the secret
  /// in which people look for the password.
  ///
  /// The server watches the former, so that nothing needs a restart; before its first start this keeps it from making up
  /// a password (`docs/faq.md` in argoproj/argo-cd: `admin.password`, `admin.passwordMtime`).
  ///
  /// - Parameters:
  ///   - settings: `argocd-secret` as it is in the cluster, nil if there is none.
  ///   - now: The present moment; sessions begun before it end.
  /// - Returns: The objects to apply, as ``Names/credentialsFieldManager``; only the latter if the password is in force.
  /// - Throws: `CertificateError` if the password cannot be hashed.
  public static func argoCDStaticPassword(
    settings: Value?, now: UnixTime = .now
  ) throws(CertificateError) -> [Value] {
    let password = Secret(Names.staticPassword)
    let initial = Value.secret(
      Names.ArgoCD.initialAdminSecret, namespace: Names.ArgoCD.namespace, data: ["password": password.revealed])
    if let hash = settings?.secretText("admin.password"), PasswordHash.verify(password, hash: Secret(hash)) {
      return [initial]
    }
    let hash = try PasswordHash.bcrypt(password)
    return [
      .secret(
        Names.ArgoCD.settingsSecret, namespace: Names.ArgoCD.namespace,
        labels: [
          "app.kubernetes.io/name": Names.ArgoCD.settingsSecret, "app.kubernetes.io/part-of": "argocd",
        ],
        data: ["admin.password": hash.revealed, "admin.passwordMtime": now.description]),
      initial,
    ]
  }

  /// What gives Argo CD's administrator another password and makes all tokens and sessions so far worthless
  /// (`util/settings/settings.go` in argoproj/argo-cd: `admin.password`, `admin.passwordMtime`, `server.secretkey`).
  ///
  /// - Parameters:
  ///   - password: The new password.
  ///   - now: The present moment; sessions begun before it end.
  /// - Returns: A merge patch for `argocd-secret`, and the secret in which people look for the password.
  /// - Throws: `CertificateError` if the password cannot be hashed.
  public static func argoCDFresh(
    _ password: Secret, now: UnixTime = .now
  ) throws(CertificateError) -> (settings: Value, initial: Value) {
    let hash = try PasswordHash.bcrypt(password)
    var settings = Value.secret(
      Names.ArgoCD.settingsSecret, namespace: Names.ArgoCD.namespace,
      data: [
        "admin.password": hash.revealed, "admin.passwordMtime": now.description,
        "server.secretkey": RandomText.generate(length: 44).revealed,
      ])
    settings = ["data": settings["data"]]
    let initial = Value.secret(
      Names.ArgoCD.initialAdminSecret, namespace: Names.ArgoCD.namespace, data: ["password": password.revealed])
    return (settings, initial)
  }

  /// The password of Argo CD's cache.
  ///
  /// Argo CD has a container that makes one up (`argocd admin redis-initial-password`) and keeps one that is there.
  /// Until it has run, the pods that need the password fail to start, and the kubelet tries them again only after a
  /// while; with a password made before them nobody waits.
  ///
  /// - Returns: The secret `argocd-redis` with 16 random letters and digits.
  public static func argoCDRedisSecret() -> Value {
    .secret(
      Names.ArgoCD.redisSecret, namespace: Names.ArgoCD.namespace,
      labels: ["app.kubernetes.io/name": Names.ArgoCD.redisSecret, "app.kubernetes.io/part-of": "argocd"],
      data: ["auth": RandomText.generate(length: 16).revealed])
  }
}
