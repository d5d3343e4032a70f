import Certificates

/// The IPv6 range of the node network: derived from its name, so that all tools choose the same one.
///
/// Source: kind `generateULASubnetFromName`; the range is in fc00::/8 (RFC 4193).
enum UniqueLocalSubnet {
  /// Computes the range.
  ///
  /// - Parameters:
  ///   - name: The network's name.
  ///   - attempt: Zero at first; other numbers give other ranges should one be taken.
  /// - Returns: A /64, for instance `fc00:f853:ccd:e793::/64` for `kind`.
  /// - Throws: `CertificateError` when memory runs out.
  static func make(name: String, attempt: UInt32) throws(CertificateError) -> String {
    let number = (0..<4).map { UInt8(truncatingIfNeeded: attempt >> (8 * UInt32($0))) }
    let hash = try Digest.sha1(of: Array(name.utf8) + number).bytes
    let groups = stride(from: 2, to: 8, by: 2).map { String(UInt16(hash[$0]) << 8 | UInt16(hash[$0 + 1]), radix: 16) }
    return "fc00:\(groups.joined(separator: ":"))::/64"
  }
}
