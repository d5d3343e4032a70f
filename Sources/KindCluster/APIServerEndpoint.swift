public import Documents

/// Where a cluster's API server is reached from this machine.
public enum APIServerEndpoint {
  /// Reads the published port off a control plane container.
  ///
  /// Docker Desktop may note another address in a label, which then counts (kind
  /// `pkg/cluster/internal/providers/docker/provider.go`, `GetAPIServerEndpoint`).
  ///
  /// - Parameter container: The answer of `GET /containers/{name}/json`.
  /// - Returns: For instance `https://127.0.0.1:41235`; nil if the port is not published, as for a stopped node.
  public static func url(of container: Value) -> String? {
    let port = "\(Names.apiServerPort)/tcp"
    if let label = container["Config"]["Labels"]["desktop.docker.io/ports/\(port)"].stringValue, !label.isEmpty {
      return "https://\(label)"
    }
    let binding = container["NetworkSettings"]["Ports"][port][0]
    guard let hostPort = binding["HostPort"].stringValue, !hostPort.isEmpty else { return nil }
    var host = binding["HostIp"].stringValue ?? ""
    // Every address of the machine: loopback is one of them, and the certificate is good for it.
    if host.isEmpty || host == "0.0.0.0" { host = "127.0.0.1" }
    if host == "::" { host = "::1" }
    return "https://\(host.contains(":") ? "[\(host)]" : host):\(hostPort)"
  }
}
