import Certificates
import FoundationEssentials

/// What ssh has noted of servers' keys.
///
/// Format: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
struct KnownHosts: Sendable {
  /// What the files say about a server's key.
  enum Verdict: Sendable, Hashable {
    /// The server has this key.
    case known
    /// The server has other keys.
    case changed
    /// The key is not to be trusted any more.
    case revoked
    /// They say nothing about the server.
    case unknown
  }

  private struct Entry: Sendable {
    let marker: String?
    let hosts: String
    let key: [UInt8]
  }

  private let entries: [Entry]

  /// Reads files; those that are missing, and lines that are none, say nothing.
  init(files: [String]) {
    self.init(
      text: files.compactMap { FileManager.default.contents(atPath: $0) }.map { String(decoding: $0, as: UTF8.self) }
        .joined(separator: "\n"))
  }

  init(text: String) {
    entries = text.split(whereSeparator: \.isNewline).compactMap { line in
      var words = line.split(whereSeparator: \.isWhitespace).map(String.init)[...]
      guard let first = words.first, !first.hasPrefix("#") else { return nil }
      let marker = first.hasPrefix("@") ? words.popFirst() : nil
      guard words.count >= 3, let key = Data(base64Encoded: words[words.startIndex + 2]) else { return nil }
      return Entry(marker: marker, hosts: words[words.startIndex], key: Array(key))
    }
  }

  /// Looks a server's key up.
  ///
  /// - Parameters:
  ///   - key: The key in the wire format of RFC 4253.
  ///   - host: The server's name or address as it was asked for.
  ///   - port: Its port.
  /// - Returns: What is noted. An authority's signature counts for nothing, since the key alone is seen here.
  func verdict(on key: [UInt8], of host: String, port: Int) -> Verdict {
    let host = host.lowercased()
    let name = port == 22 ? host : "[\(host)]:\(port)"
    let matching = entries.filter { Self.matches($0.hosts, name) }
    if matching.contains(where: { $0.marker == "@revoked" && $0.key == key }) { return .revoked }
    let keys = matching.filter { $0.marker == nil }.map(\.key)
    if keys.contains(key) { return .known }
    return keys.isEmpty ? .unknown : .changed
  }

  private static func matches(_ hosts: String, _ name: String) -> Bool {
    if hosts.hasPrefix("|1|") { return matches(hashed: hosts, name) }
    var isMatch = false
    for pattern in hosts.lowercased().split(separator: ",") {
      if pattern.hasPrefix("!") {
        if matches(Array(pattern.dropFirst().utf8)[...], Array(name.utf8)[...]) { return false }
      } else if matches(Array(pattern.utf8)[...], Array(name.utf8)[...]) {
        isMatch = true
      }
    }
    return isMatch
  }

  /// `*` stands for any text, `?` for one character.
  private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    // Where to go on after the last star, if what follows it does not fit.
    var (pattern, text) = (pattern, text)
    var retry: (pattern: ArraySlice<UInt8>, text: ArraySlice<UInt8>)?
    while let byte = text.first {
      if pattern.first == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        retry = (pattern, text)
      } else if pattern.first == byte || pattern.first == UInt8(ascii: "?") {
        (pattern, text) = (pattern.dropFirst(), text.dropFirst())
      } else if let last = retry {
        (pattern, text) = (last.pattern, last.text.dropFirst())
        retry = (pattern, text)
      } else {
        return false
      }
    }
    return pattern.allSatisfy { $0 == UInt8(ascii: "*") }
  }

  /// `|1|salt|hash`: the HMAC-SHA1 (RFC 2104) of the name with the salt as key.
  private static func matches(hashed: String, _ name: String) -> Bool {
    let parts = hashed.split(separator: "|").map(String.init)
    guard parts.count == 3, let salt = Data(base64Encoded: parts[1]), let hash = Data(base64Encoded: parts[2]) else {
      return false
    }
    return (try? Digest.hmacSHA1(of: Array(name.utf8), key: Array(salt)))?.bytes == Array(hash)
  }
}
