public import Diagnostics

extension RemoteSource {
  private static let schemes = ["https", "http", "ssh", "git", "file"]

  /// Whether a text starts like an address with a scheme, known or not.
  static func hasScheme(_ text: String) -> Bool {
    guard let separator = text.firstRange(of: "://") else { return false }
    let scheme = text[..<separator.lowerBound]
    return !scheme.isEmpty && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
  }

  /// Whether a text without a scheme looks like an address: `user@host:path`, `host:path//…`, `github.com/…//…`.
  static func hasShortForm(_ text: String) -> Bool {
    if text.hasPrefix("github.com/") { return true }
    guard let colon = text.firstIndex(of: ":") else { return false }
    let host = text[..<colon]
    return !host.isEmpty && !host.contains("/") && (host.contains("@") || text.contains("//"))
  }

  /// Reads an address.
  ///
  /// - Parameter text: `https://[user:password@]host/org/repo//path?ref=…`, also with http, ssh, git and file; in scp
  ///   form, `user@host:org/repo//path?…`; or `github.com/org/repo//path?…`.
  /// - Throws: `Failure` with the status `usage` that says what is wrong and how it is written; it never shows
  ///   credentials.
  public init(parsing text: String) throws(Failure) {
    let (text, shown, credentials) = Self.takeCredentials(from: text)
    func fault(_ cause: String) -> Failure {
      Failure(
        "\(shown) is not the address of a package", cause: cause,
        remedy: "write the repository, two slashes and the directory in it: https://host/org/repo//path?ref=main",
        status: .usage)
    }
    guard !text.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F }) else {
      throw fault("it contains a space or a control character")
    }
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let (location, query) = (parts[0], parts.count > 1 ? String(parts[1]) : "")
    let (start, rest): (String, Substring)
    do throws(AddressFault) {
      (start, rest) = try Self.splitHost(from: String(location))
      let (repository, path) = try Self.splitRepository(from: rest)
      self.init(
        address: start + repository, credentials: credentials, path: path, parameters: try Parameters(query: query),
        description: shown)
    } catch {
      throw fault(error.message)
    }
  }

  /// Takes `user:password@` out of an http or https address.
  ///
  /// - Returns: The address without, the same for messages, and the credentials. An address with a password that is of no
  ///   use (ssh, scp form) keeps it, to be refused later, but not for messages.
  private static func takeCredentials(from text: String) -> (text: String, shown: String, Credentials?) {
    // By scalars: an accent after the @ would make another character of it.
    let scalars = text.unicodeScalars
    let start = scalars.firstRange(of: "://".unicodeScalars)?.upperBound ?? text.startIndex
    let rest = scalars[start...]
    let end = rest.firstIndex { "/?#".unicodeScalars.contains($0) } ?? rest.endIndex
    guard let at = rest[..<end].lastIndex(of: "@") else { return (text, text, nil) }
    let user = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(Substring.init)
    let without = String(scalars[..<start]) + String(rest[rest.index(after: at)...])
    guard text.lowercased().hasPrefix("http://") || text.lowercased().hasPrefix("https://") else {
      return (text, user.count > 1 ? without : text, nil)
    }
    let credentials = Credentials(
      user: Secret(PercentText.decode(user[0])), password: Secret(user.count > 1 ? PercentText.decode(user[1]) : ""))
    return (without, without, credentials)
  }

  /// Splits off everything before the repository's path: up to the slash after the host, or the colon in scp form.
  private static func splitHost(from text: String) throws(AddressFault) -> (start: String, rest: Substring) {
    if text.hasPrefix("github.com/") { return ("https://github.com/", text.dropFirst("github.com/".count)) }
    let (start, end): (String.Index, String.Index)
    if let separator = text.firstRange(of: "://") {
      let scheme = text[..<separator.lowerBound].lowercased()
      guard schemes.contains(scheme) else {
        throw AddressFault("the scheme “\(scheme)” is not supported (\(schemes.joined(separator: ", ")) are)")
      }
      start = separator.upperBound
      guard let slash = text[start...].firstIndex(of: "/") else {
        throw AddressFault("there is no repository after the host")
      }
      if scheme == "file" { return ("file://\(text[start...slash])", text[text.index(after: slash)...]) }
      end = slash
    } else {
      start = text.startIndex
      guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") else {
        throw AddressFault("there is neither a scheme nor a host with a colon")
      }
      end = colon
    }
    let authority = text[start..<end]
    let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
    let user = authority.dropLast(host.count)
    guard !host.isEmpty, !host.hasPrefix(":"), !host.hasPrefix("-"), !authority.hasPrefix("@"),
      !authority.hasPrefix("-")
    else { throw AddressFault("there is no host") }
    let pathStart = text[end...].prefix { $0 != "/" }
    guard !user.contains(":"), start != text.startIndex || !pathStart.contains("@") else {
      throw AddressFault("a password is of no use here; keys are taken from the ssh agent")
    }
    return (String(text[...end]), text[text.index(after: end)...])
  }

  /// Splits the repository's path from the directory in it.
  private static func splitRepository(
    from text: Substring
  ) throws(AddressFault) -> (repository: String, path: String) {
    let repository: Substring
    var path: Substring = ""
    if let separator = text.firstRange(of: "//") {
      repository = text[..<separator.lowerBound]
      path = text[separator.upperBound...]
    } else if let end = text.firstRange(of: ".git/") {
      repository = text[..<text.index(before: end.upperBound)]
      path = text[end.upperBound...]
    } else if text.hasSuffix(".git") {
      repository = text
    } else {
      throw AddressFault("“//” is missing between the repository and the directory in it")
    }
    guard !repository.pathParts.isEmpty else { throw AddressFault("there is no repository before “//”") }
    let directory = LexicalPath.clean(PercentText.decode(path).pathParts.joined(separator: "/"))
    guard !LexicalPath.leadsOut(directory) else {
      throw AddressFault("the directory “\(path)” is outside of the repository")
    }
    return (String(repository), directory == "." ? "" : directory)
  }
}

/// What is wrong with an address, in words without credentials.
struct AddressFault: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

/// Percent-encoding of addresses (RFC 3986 §2.1).
enum PercentText {
  /// The text with `%XX` replaced; what is not so stays, and bytes that are not UTF-8 become U+FFFD.
  static func decode(_ text: some StringProtocol) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
