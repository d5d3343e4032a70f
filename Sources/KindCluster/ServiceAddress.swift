/// Makes the API server's service address lead to it from the moment the kubelet starts, before kube-proxy works.
///
/// When a node boots, all its pods start at once. One that calls the API server before kube-proxy has written its rules
/// sends its first packet into the void, and the kernel then sends every repetition after it, for minutes; others give
/// up, and are started anew ten seconds later. On a node whose own API server is the only one, the right rule is known
/// beforehand. kube-proxy puts its rules in front of this one, and they lead to the same place.
public enum ServiceAddress {
  /// The address that Kubernetes gives to the service `kubernetes`: the first of the range.
  ///
  /// - Parameter networking: The cluster's networking.
  /// - Returns: For instance `10.96.0.1`; nil for ranges without an IPv4 part.
  public static func apiServer(_ networking: Networking) -> String? {
    for range in networking.serviceSubnet.split(separator: ",") {
      let parts = range.split(separator: "/")
      guard parts.count == 2, let mask = Int(parts[1]), (1...30).contains(mask) else { continue }
      let octets = parts[0].split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
      guard octets.count == 4 else { continue }
      let address = octets.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let first = (address & (UInt32.max << (32 - UInt32(mask)))) + 1
      return (0..<4).map { String(first >> (24 - 8 * UInt32($0)) & 0xff) }.joined(separator: ".")
    }
    return nil
  }

  /// A drop-in for the kubelet's unit that writes the rule before each of its starts (`systemd.service(5)`).
  ///
  /// The node's address is the one that the node image's entrypoint has noted (kind
  /// `images/base/files/usr/local/bin/entrypoint`); dollar signs are doubled for systemd.
  ///
  /// - Parameter address: The service's address.
  /// - Returns: Where the file belongs, and its text.
  public static func bootUnit(_ address: String) -> (path: String, text: String) {
    let rule = "-d \(address)/32 -p tcp --dport 443 -j DNAT --to-destination $$node:\(Names.apiServerPort)"
    let command =
      "node=$$(cat /kind/old-ipv4) || exit 0; for chain in PREROUTING OUTPUT; do "
      + "iptables -w -t nat -C $$chain \(rule) 2>/dev/null || iptables -w -t nat -A $$chain \(rule); done"
    return (
      "/etc/systemd/system/kubelet.service.d/50-idpbuilder-service-address.conf",
      "[Service]\nExecStartPre=-/bin/sh -c \"\(command)\"\n"
    )
  }
}
