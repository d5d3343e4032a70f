/// The proxy variables a node gets, so that images can be pulled from behind a proxy.
///
/// Source: kind `pkg/cluster/internal/providers/common/proxy.go` and `docker/provision.go`, `getProxyEnv`.
public enum ProxyEnvironment {
  private static let names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"]

  /// Computes the variables, in both upper and lower case as programs disagree on it.
  ///
  /// - Parameters:
  ///   - host: The environment of this program.
  ///   - networking: The cluster's networking; its ranges are never reached through a proxy.
  ///   - engineSubnets: The ranges of the node network.
  ///   - nodeNames: The names of all nodes.
  /// - Returns: Nothing if no proxy is set.
  public static func variables(
    host: [String: String], networking: Networking, engineSubnets: [String], nodeNames: [String]
  ) -> [String: String] {
    var found: [String: String] = [:]
    for name in names {
      let value = [host[name], host[name.lowercased()]].compactMap(\.self).first { !$0.isEmpty }
      guard let value else { continue }
      found[name] = value
      found[name.lowercased()] = value
    }
    guard !found.isEmpty else { return [:] }
    let direct =
      engineSubnets + [found["NO_PROXY"], networking.serviceSubnet, networking.podSubnet].compactMap(\.self)
      + nodeNames + [".svc", ".svc.cluster", ".svc.cluster.local"]
    let list = direct.filter { !$0.isEmpty }.joined(separator: ",")
    found["NO_PROXY"] = list
    found["no_proxy"] = list
    return found
  }
}
