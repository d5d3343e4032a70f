import Glibc

/// A name that a certificate is valid for: an entry of the extension subjectAltName (RFC 5280, section 4.2.1.6).
public enum SubjectName: Sendable, Hashable, CustomStringConvertible {
  /// A DNS name in lower case; its first label may be `*`.
  case dns(String)
  /// An IPv4 or IPv6 address in its canonical spelling.
  case address(String)

  /// Takes a text for an address if it is one, otherwise for a DNS name.
  ///
  /// - Parameter text: `127.0.0.1`, `::1`, `localhost`, `*.example.org`.
  /// - Throws: ``CertificateError`` with `badName` for what is neither: labels are letters, digits, `-` and `_`, at most
  ///   63 bytes each and 253 together (RFC 1035, section 2.3.4).
  public init(_ text: String) throws(CertificateError) {
    if let address = Self.canonicalAddress(text) {
      self = .address(address)
    } else if Self.isDNSName(text) {
      self = .dns(text.lowercased())
    } else {
      throw CertificateError(.badName, "use \(text) in a certificate", "neither a DNS name nor an IP address")
    }
  }

  /// The name alone.
  public var description: String {
    switch self {
    case .dns(let name): name
    case .address(let address): address
    }
  }

  /// The spelling in OpenSSL's extension syntax (x509v3_config(5)).
  var openSSLText: String {
    switch self {
    case .dns(let name): "DNS:\(name)"
    case .address(let address): "IP:\(address)"
    }
  }

  private static func canonicalAddress(_ text: String) -> String? {
    for family in [AF_INET, AF_INET6] {
      var bytes = [UInt8](repeating: 0, count: 16)
      if inet_pton(family, text, &bytes) == 1 { return address(bytes: bytes, family: family) }
    }
    return nil
  }

  /// The text of 4 or 16 address bytes.
  static func address(bytes: [UInt8], family: Int32) -> String? {
    let text = [CChar](unsafeUninitializedCapacity: Int(INET6_ADDRSTRLEN)) { buffer, count in
      let written = inet_ntop(family, bytes, buffer.baseAddress, socklen_t(buffer.count))
      count = written == nil ? 0 : (buffer.firstIndex(of: 0) ?? 0)
    }
    return text.isEmpty ? nil : String(decoding: text.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func isDNSName(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    var labels = text.split(separator: ".", omittingEmptySubsequences: false)
    if labels.first == "*", labels.count > 1 { labels.removeFirst() }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
        && label.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
          default: false
          }
        }
    }
  }
}
