/// What `idpbuilder delete` was asked for.
public struct DeleteOptions: Sendable, Hashable {
  /// The cluster's name; ignored when all are meant.
  public var name = "localdev"
  /// All clusters of the engine, kind's too.
  public var all = false
  /// The kubeconfig file to clean; nil for `KUBECONFIG` or `~/.kube/config`.
  public var kubeconfig: String?
  /// Where the Docker Engine listens; nil for `DOCKER_HOST`, the current docker context or the usual sockets.
  public var dockerHost: String?

  /// The defaults.
  public init() {}
}
