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
    if let label = container["Config"]["Labels"][desktopLabel].stringValue, !label.isEmpty {
      return "https://\(label)"
    }
    let binding = container["NetworkSettings"]["Ports"][port][0]
    guard let hostPort = binding["HostPort"].stringValue, !hostPort.isEmpty else { return nil }
    return url(address: binding["HostIp"].stringValue ?? "", port: hostPort)
  }

  /// Reads the published port off a control plane container in a list.
  ///
  /// - Parameter container: An element of the answer of `GET /containers/json`.
  /// - Returns: As ``url(of:)``.
  public static func url(ofListed container: Value) -> String? {
    if let label = container["Labels"][desktopLabel].stringValue, !label.isEmpty { return "https://\(label)" }
    let published = (container["Ports"].arrayValue ?? []).first { port in
      port["PrivatePort"].intValue == Names.apiServerPort && port["PublicPort"].intValue != nil
    }
    guard let published, let port = published["PublicPort"].intValue else { return nil }
    return url(address: published["IP"].stringValue ?? "", port: String(port))
  }

  private static let desktopLabel = "desktop.docker.io/ports/\(Names.apiServerPort)/tcp"

  private static func url(address: String, port: String) -> String {
    // Published on every address of the machine: then the certificate has none of them, but this name, as kind's has.
    let host = ["", "0.0.0.0", "::"].contains(address) ? "localhost" : address
    return "https://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }
}
