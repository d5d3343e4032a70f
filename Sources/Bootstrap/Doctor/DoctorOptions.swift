/// What `idpbuilder doctor` was asked for.
public struct DoctorOptions: Sendable, Hashable {
  /// The cluster, which need not exist.
  public var name = "localdev"
  /// Where the Docker Engine listens; nil for the usual places.
  public var dockerHost: String?
  /// The kubeconfig file; nil for `KUBECONFIG` or `~/.kube/config`.
  public var kubeconfig: String?
  /// The DNS name of the platform; one that exists knows its own.
  public var host = CreateOptions().host
  /// The port of the platform; one that exists knows its own.
  public var port = CreateOptions().port
  /// The address at which ports are published; a cluster that exists knows its own.
  public var listenAddress = CreateOptions().listenAddress
  /// Where the kernel shows itself, for tests.
  public var processRoot = "/proc"

  /// The defaults.
  public init() {}
}
