/// What `idpbuilder create` was asked for.
public struct CreateOptions: Sendable, Hashable {
  /// The cluster's name.
  public var name = "localdev"
  /// Delete a cluster of that name first.
  public var recreate = false
  /// The Kubernetes version, with or without `v`; nil for the default.
  public var kubeVersion: String?
  /// The node image; overrides the one that belongs to the version.
  public var nodeImage: String?
  /// Leave what was made when the command fails.
  public var retain = false
  /// The kubeconfig file to write; nil for `KUBECONFIG` or `~/.kube/config`.
  public var kubeconfig: String?
  /// Where the Docker Engine listens; nil for `DOCKER_HOST`, the current docker context or the usual sockets.
  public var dockerHost: String?
  /// How long to wait for the cluster to be ready.
  public var wait = Duration.seconds(300)

  /// The defaults.
  public init() {}
}

/// What `create` left behind.
public struct CreateOutcome: Sendable, Hashable {
  /// The cluster's name.
  public var name: String
  /// The context in the kubeconfig: `kind-localdev`.
  public var context: String
  /// The kubeconfig file that has the context.
  public var kubeconfig: String
  /// Whether everything was there already.
  public var wasComplete: Bool

  /// Describes what is there now.
  public init(name: String, context: String, kubeconfig: String, wasComplete: Bool) {
    self.name = name
    self.context = context
    self.kubeconfig = kubeconfig
    self.wasComplete = wasComplete
  }
}
