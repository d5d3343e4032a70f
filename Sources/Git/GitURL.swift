public import Diagnostics
import FoundationEssentials

/// What a remote is shown to prove who asks.
public struct GitCredentials: Sendable, Hashable {
  /// The name of the user; any for a token on most servers.
  public var username: String
  /// The password or token.
  public var password: Secret

  /// A name with its password or token.
  public init(username: String, password: Secret) {
    self.username = username
    self.password = password
  }

  /// The value of an `Authorization` field (RFC 7617).
  var header: String { "Basic " + Data("\(username):\(password.revealed)".utf8).base64EncodedString() }
}

/// A remote's address, with credentials taken out of its text.
struct GitURL: Sendable, Hashable {
  /// The address without credentials, for HTTP also without a trailing slash.
  let text: String
  /// The credentials that were in the text.
  var credentials: GitCredentials?

  /// Whether our own HTTP client carries it.
  var isHTTP: Bool { text.hasPrefix("http://") || text.hasPrefix("https://") }

  /// Whether ssh carries it: `ssh://…`, or scp's form `user@host:path`.
  var isSSH: Bool {
    if let scheme = text.firstRange(of: "://") {
      return ["ssh", "git+ssh", "ssh+git"].contains(text[..<scheme.lowerBound].lowercased())
    }
    guard let colon = text.firstIndex(of: ":") else { return false }
    return !text[..<colon].contains("/")
  }

  /// The port of an ssh address.
  var sshPort: Int {
    guard isSSH, let scheme = text.firstRange(of: "://") else { return 22 }
    let rest = text[scheme.upperBound...]
    let authority = rest[..<(rest.firstIndex(of: "/") ?? rest.endIndex)]
    let digits = authority.reversed().prefix { $0.isNumber }
    guard !digits.isEmpty, authority.dropLast(digits.count).last == ":" else { return 22 }
    return Int(String(digits.reversed())) ?? 22
  }

  /// Takes any address that libgit2 knows: http, https, ssh, file, a path.
  init(_ text: String) {
    if let url = GitURL(httpText: text) {
      self = url
    } else {
      self.text = text
    }
  }

  /// Takes an http or https address, nil for anything else.
  init?(httpText: String) {
    for scheme in ["http", "https"] where httpText.lowercased().hasPrefix("\(scheme)://") {
      var rest = httpText.dropFirst(scheme.count + 3)
      // By scalars: an accent after the @ would make another character of it.
      let scalars = rest.unicodeScalars
      let authorityEnd = scalars.firstIndex { "/?#".unicodeScalars.contains($0) } ?? rest.endIndex
      if let at = scalars[..<authorityEnd].lastIndex(of: "@") {
        let parts = scalars[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
          .map(Substring.init)
        credentials = GitCredentials(
          username: Self.decode(parts[0]), password: Secret(parts.count > 1 ? Self.decode(parts[1]) : ""))
        rest = rest[scalars.index(after: at)...]
      }
      while rest.hasSuffix("/") { rest = rest.dropLast() }
      guard !rest.isEmpty, !rest.hasPrefix("/") else { return nil }
      text = "\(scheme)://\(rest)"
      return
    }
    return nil
  }

  /// Scheme, host and port of an http or https address.
  static func origin(of text: String) -> String {
    guard let scheme = text.firstRange(of: "://") else { return text }
    let end = text[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? text.endIndex
    return text[..<end].lowercased()
  }

  /// An address as it may be shown.
  static func withoutCredentials(_ text: String) -> String { GitURL(text).text }

  private static func decode(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
