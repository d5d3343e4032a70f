public import Documents

/// The file that makes the node's pod network ready, written before the kubelet starts.
///
/// kindnetd writes the same file, but only on the first tick of a 10 s timer after its image is running; until then the
/// node is NotReady. The pod range of a cluster's first node is known beforehand: the controller manager hands out the
/// pod subnet in order. Kindnetd overwrites the file with what the API server says.
///
/// Source of the format: CNI specification 0.3.1; of name, path and content: kind `images/kindnetd/cmd/kindnetd/cni.go`.
public enum NodeNetworkPlugin {
  /// Where containerd finds the file in the node.
  public static let path = "/etc/cni/net.d/10-kindnet.conflist"

  /// The configuration for a node with these pod ranges.
  ///
  /// - Parameters:
  ///   - podRanges: CIDR ranges, one per IP family.
  ///   - mtu: Bytes per packet of the node's network, nil to leave it to the kernel.
  /// - Returns: The CNI network configuration list.
  public static func configuration(podRanges: [String], mtu: Int?) -> Value {
    var pointToPoint: Value = [
      "type": "ptp", "ipMasq": false,
      "ipam": [
        "type": "host-local", "dataDir": "/run/cni-ipam-state",
        "routes": .array(podRanges.map { ["dst": .string($0.contains(":") ? "::/0" : "0.0.0.0/0")] }),
        "ranges": .array(podRanges.map { [["subnet": .string($0)]] }),
      ],
    ]
    if let mtu { pointToPoint["mtu"] = .integer(Int64(mtu)) }
    return [
      "cniVersion": "0.3.1", "name": "kindnet",
      "plugins": [pointToPoint, ["type": "portmap", "capabilities": ["portMappings": true]]],
    ]
  }

  /// The pod range the controller manager will give to the first node, if that can be told.
  ///
  /// The default node masks are /24 and /64 (kube-controller-manager `--node-cidr-mask-size-ipv4`, `-ipv6`); only the
  /// plain IPv4 case is foreseen, everything else waits for kindnetd.
  ///
  /// - Parameter networking: The cluster's networking.
  /// - Returns: For instance `["10.244.0.0/24"]`, or nil.
  public static func firstNodeRanges(_ networking: Networking) -> [String]? {
    guard networking.ipFamily == .ipv4, !networking.disableDefaultCNI else { return nil }
    let parts = networking.podSubnet.split(separator: "/")
    guard parts.count == 2, let mask = Int(parts[1]), (8...24).contains(mask) else { return nil }
    let octets = parts[0].split(separator: ".").compactMap { UInt8($0) }
    guard octets.count == 4 else { return nil }
    let address = octets.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    let network = address & (UInt32.max << (32 - UInt32(mask)))
    let text = (0..<4).map { String(network >> (24 - 8 * UInt32($0)) & 0xff) }.joined(separator: ".")
    return ["\(text)/24"]
  }
}
