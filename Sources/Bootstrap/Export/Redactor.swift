import Documents
import HTTP

/// Takes secrets out of bytes that are about to be written: every value that is known to be one, in the spellings in
/// which programs print it, and what stands as a password in a URL.
struct Redactor: Sendable {
  /// What stands in place of a secret.
  static let mark = "[redacted]"
  /// Shorter values are words that occur everywhere.
  static let shortest = 6

  /// The spellings by their first four bytes, the longest first.
  private var spellings: [UInt32: [[UInt8]]] = [:]
  /// Whether any spelling begins with two bytes: most places are passed over by this look alone.
  private var beginnings = [Bool](repeating: false, count: 1 << 16)
  private var known: Set<[UInt8]> = []

  /// Knows no secret yet.
  init() {}

  /// Learns a secret.
  ///
  /// - Parameter value: The value; one shorter than ``shortest`` bytes is left out.
  mutating func learn(_ value: [UInt8]) {
    let trimmed = Array(value.trimmed)
    guard trimmed.count >= Self.shortest else { return }
    for spelling in Self.spellings(of: trimmed) { add(spelling) }
    guard let text = String(validating: trimmed, as: UTF8.self) else { return }
    // Of a text of several lines each line is a secret: YAML indents them, logs print them one by one.
    let lines = text.split(whereSeparator: \.isNewline)
    guard lines.count > 1 || text.contains("=") else { return }
    for line in lines {
      let line = Array(line.utf8.trimmed)
      if lines.count > 1, line.count >= 12, !line.starts(with: Array("-----".utf8)) {
        for spelling in Self.spellings(of: line) { add(spelling) }
      }
      // A setting: what is behind the sign.
      if let sign = line.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }),
        SecretWords.matches(String(decoding: line[..<sign], as: UTF8.self))
      {
        let part = Array(line[(sign + 1)...].trimmed.trimmingQuotes)
        if part.count >= Self.shortest { for spelling in Self.spellings(of: part) { add(spelling) } }
      }
    }
  }

  /// How many spellings are known.
  var count: Int { known.count }

  private mutating func add(_ spelling: [UInt8]) {
    guard spelling.count >= Self.shortest, known.insert(spelling).inserted else { return }
    spellings[Self.key(spelling, 0), default: []].append(spelling)
    spellings[Self.key(spelling, 0)]?.sort { $0.count > $1.count }
    beginnings[Int(spelling[0]) << 8 | Int(spelling[1])] = true
  }

  private static func key(_ bytes: [UInt8], _ at: Int) -> UInt32 {
    UInt32(bytes[at]) << 24 | UInt32(bytes[at + 1]) << 16 | UInt32(bytes[at + 2]) << 8 | UInt32(bytes[at + 3])
  }

  /// Takes the secrets out.
  ///
  /// - Parameter bytes: Text of any kind.
  /// - Returns: The same with a mark in place of each secret.
  func redact(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    let mark = Array(Self.mark.utf8)
    var index = 0
    while index < bytes.count {
      if index + 4 <= bytes.count, beginnings[Int(bytes[index]) << 8 | Int(bytes[index + 1])],
        let found = spellings[Self.key(bytes, index)]?.first(where: { bytes[index...].starts(with: $0) })
      {
        result += mark
        index += found.count
      } else if bytes[index] == UInt8(ascii: ":"), let end = Self.endOfCredentials(bytes, index) {
        result += Array("://".utf8) + mark
        index = end
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  /// Takes the secrets out of a text.
  func redact(_ text: String) -> String { String(decoding: redact(Array(text.utf8)), as: UTF8.self) }

  /// Where the `user:password` behind `://` ends (RFC 3986 §3.2.1): the place of the `@`, of the last one if the password
  /// has some itself; nil if there is none.
  private static func endOfCredentials(_ bytes: [UInt8], _ start: Int) -> Int? {
    guard bytes[start...].starts(with: Array("://".utf8)) else { return nil }
    var hasColon = false
    var end: Int?
    var index = start + 3
    while index < bytes.count, index - start < 1024 {
      switch bytes[index] {
      case UInt8(ascii: "@"):
        if hasColon { end = index }
      case UInt8(ascii: ":"): hasColon = true
      case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"):
        return end
      default: break
      }
      index += 1
    }
    return end
  }

  /// The value as it is, in Base64 (alone, and inside something longer that is encoded), in JSON and in URLs.
  private static func spellings(of value: [UInt8]) -> [[UInt8]] {
    var found = [value, Array(Base64.encode(value).utf8)]
    // Base64 writes three bytes as four characters: within something longer a value has one of three spellings, of which
    // the characters at either end depend on what is beside it.
    for offset in 0..<3 {
      let padding = [UInt8](repeating: 0, count: offset)
      let encoded = Array(Base64.encode(padding + value).utf8.prefix { $0 != UInt8(ascii: "=") })
      let first = offset == 0 ? 0 : offset + 1
      let last = (offset + value.count) % 3 == 0 ? encoded.count : encoded.count - 1
      if last - first >= 8 { found.append(Array(encoded[first..<last])) }
    }
    if let text = String(validating: value, as: UTF8.self) {
      let json = JSON.string(.string(text)).utf8.dropFirst().dropLast()
      found.append(Array(json))
      // Go's encoder writes these as escapes (encoding/json, HTMLEscape).
      var escaped = String(decoding: json, as: UTF8.self)
      for (plain, code) in [("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")] {
        escaped = escaped.split(separator: plain, omittingEmptySubsequences: false).joined(separator: code)
      }
      found.append(Array(escaped.utf8))
      found.append(Array(PercentEncoding.segment(text).utf8))
    }
    return found
  }
}

/// Words that say that what they name is a secret.
enum SecretWords {
  private static let words = [
    "password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "api-key", "privatekey", "private_key",
    "private-key", "credential", "bearer", "accesskey", "access_key", "access-key",
  ]
  /// Members of objects that contain such a word and name something that is no secret.
  private static let harmless = ["secretname", "secretref", "name", "namespace", "kind", "path", "type", "mountpath"]

  /// Whether a name says that its value is a secret.
  static func matches(_ name: String) -> Bool {
    let name = name.lowercased()
    if harmless.contains(where: { name.hasSuffix($0) }) { return false }
    return words.contains { name.contains($0) }
  }
}

extension Collection<UInt8> where Self: BidirectionalCollection {
  /// Without white space at either end.
  fileprivate var trimmed: SubSequence {
    let start = drop { $0 <= 0x20 }
    guard let last = start.lastIndex(where: { $0 > 0x20 }) else { return self[endIndex..<endIndex] }
    return start[...last]
  }

  fileprivate var trimmingQuotes: SubSequence {
    let quotes: [UInt8] = [UInt8(ascii: "\""), UInt8(ascii: "'")]
    var part = self[...]
    if let first = part.first, quotes.contains(first) { part = part.dropFirst() }
    if let last = part.last, quotes.contains(last) { part = part.dropLast() }
    return part
  }
}
