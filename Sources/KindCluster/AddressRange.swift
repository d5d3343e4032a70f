import Glibc

/// A range of IP addresses as its first address and the length of what all have in common (RFC 4632, RFC 4291 §2.3).
struct AddressRange {
  let isIPv6: Bool

  /// Reads `10.244.0.0/16` or `fd00::/56`; nil for anything else.
  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }), let length = Int(parts[1])
    else {
      return nil
    }
    var address = [UInt8](repeating: 0, count: 16)
    isIPv6 = parts[0].contains(":")
    guard length <= (isIPv6 ? 128 : 32), inet_pton(isIPv6 ? AF_INET6 : AF_INET, String(parts[0]), &address) == 1 else {
      return nil
    }
  }

  /// What is wrong with the ranges of a cluster, by kind's rules (`pkg/internal/apis/config/validate.go`,
  /// `validateSubnets`).
  ///
  /// - Parameters:
  ///   - text: One range, or two with a comma between them for both IP versions.
  ///   - family: The IP versions of the cluster.
  /// - Returns: The problem in words, nil if there is none.
  static func problem(in text: String, for family: Networking.IPFamily) -> String? {
    let texts = text.split(separator: ",", omittingEmptySubsequences: false)
    let ranges = texts.compactMap { AddressRange($0) }
    guard ranges.count == texts.count else { return "'\(text)' is not an address range such as 10.244.0.0/16" }
    switch family {
    case .ipv4, .ipv6:
      let version = family == .ipv4 ? "IPv4" : "IPv6"
      return ranges.count == 1 && ranges[0].isIPv6 == (family == .ipv6) ? nil : "'\(text)' must be one \(version) range"
    case .dual:
      return ranges.count == 1 || (ranges.count == 2 && ranges[0].isIPv6 != ranges[1].isIPv6)
        ? nil : "'\(text)' must be one range, or two of different IP versions"
    }
  }
}
