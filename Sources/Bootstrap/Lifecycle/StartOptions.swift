/// What `idpbuilder start` was asked for.
public struct StartOptions: Sendable, Hashable {
  /// The cluster's name.
  public var name = "localdev"
  /// The kubeconfig file to write; nil for `KUBECONFIG` or `~/.kube/config`.
  public var kubeconfig: String?
  /// Where the Docker Engine listens; nil for `DOCKER_HOST`, the current docker context or the usual sockets.
  public var dockerHost: String?
  /// How long to wait until everything works again.
  public var wait = Duration.seconds(600)

  /// The defaults.
  public init() {}
}
