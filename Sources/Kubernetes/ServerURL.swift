import HTTP

/// The parts of an API server's URL.
struct ServerURL {
  let scheme: String
  let authority: HostPort
  /// The path, empty or with a leading slash.
  let path: String

  /// Splits `https://host:port/path`; nil for anything else. IPv6 addresses stand in brackets.
  init?(_ url: String) {
    guard let schemeEnd = url.firstRange(of: "://") else { return nil }
    scheme = String(url[..<schemeEnd.lowerBound])
    guard scheme == "https" || scheme == "http" else { return nil }
    let rest = url[schemeEnd.upperBound...]
    let authorityEnd = rest.firstIndex(of: "/") ?? rest.endIndex
    path = String(rest[authorityEnd...])
    let authority = rest[..<authorityEnd]
    let hostEnd =
      authority.hasPrefix("[")
      ? authority.firstIndex(of: "]").map { authority.index(after: $0) } ?? authority.endIndex
      : authority.lastIndex(of: ":") ?? authority.endIndex
    var host = authority[..<hostEnd]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    let portText = authority[hostEnd...].dropFirst()
    guard !host.isEmpty, let port = portText.isEmpty ? (scheme == "https" ? 443 : 80) : UInt16(portText) else {
      return nil
    }
    self.authority = HostPort(String(host), port)
  }
}

/// The `Warning` response field as API servers send it: `299 - "text"` (RFC 7234 §5.5).
enum WarningField {
  /// The text of a field, nil if it is not of that form.
  static func text(_ field: String) -> String? {
    guard let open = field.firstIndex(of: "\"") else { return nil }
    var text = ""
    var rest = field[field.index(after: open)...]
    while let character = rest.popFirst() {
      switch character {
      case "\"": return text
      case "\\": if let escaped = rest.popFirst() { text.append(escaped) }
      default: text.append(character)
      }
    }
    return nil
  }
}
