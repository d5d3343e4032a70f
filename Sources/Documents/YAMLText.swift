/// How texts are written in YAML.
enum YAMLText {
  /// A text in one line: as it is where nobody can mistake it, otherwise in quotes.
  static func inline(_ text: String) -> String {
    if isPlainSafe(text) { return text }
    let printable = text.unicodeScalars.allSatisfy { $0 != "\n" && isPrintable($0) }
    if printable, text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") }) {
      // By scalars: with an accent behind it, a quotation mark is another character.
      return "'" + String(String.UnicodeScalarView(text.unicodeScalars.flatMap { $0 == "'" ? ["'", "'"] : [$0] })) + "'"
    }
    return doubleQuoted(text)
  }

  /// A text of several lines as a literal block (YAML 1.1 §9.3.2) without the last line's break.
  ///
  /// - Returns: nil where a block cannot express the text or helps nobody.
  static func block(_ text: String, indent: Int) -> String? {
    let scalars = text.unicodeScalars
    guard scalars.contains("\n"), scalars.allSatisfy({ $0 == "\n" || isPrintable($0) }) else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let trailing = lines.reversed().prefix { $0.isEmpty }.count  // one more than empty lines at the end
    guard trailing < lines.count else { return nil }
    // A text that starts with space must say where its own space begins.
    let announced = lines.first.map { $0.isEmpty || $0.utf8.first == 0x20 || $0.utf8.first == 0x09 } == true
    var result = "|" + (announced ? "2" : "")
    switch trailing {
    case 0: result += "-"
    case 1: break
    default: result += "+"
    }
    let padding = String(repeating: " ", count: indent)
    for line in trailing == 0 ? lines[...] : lines.dropLast() {
      result += "\n"
      if !line.isEmpty { result += padding + line }
    }
    return result
  }

  private static func isPlainSafe(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    switch first {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "$"), UInt8(ascii: "("), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"):
      break
    default: return false
    }
    if first == UInt8(ascii: "-"), text.utf8.count == 1 || text.hasPrefix("- ") || text.hasPrefix("---") {
      return false
    }
    if text == "..." || text.hasPrefix("... ") || last == UInt8(ascii: ":") || last == UInt8(ascii: " ") {
      return false
    }
    if looksNumeric(text) { return false }
    var previous: UInt8 = 0
    for byte in text.utf8 {
      guard 0x20...0x7E ~= byte else { return false }
      if byte == UInt8(ascii: " "), previous == UInt8(ascii: ":") { return false }
      if byte == UInt8(ascii: "#"), previous == UInt8(ascii: " ") { return false }
      previous = byte
    }
    guard let value = try? YAMLScalar.resolve(text) else { return false }
    return value == .string(text)
  }

  /// Whether some YAML reader may see a number, a time or a date in the text.
  private static func looksNumeric(_ text: String) -> Bool {
    guard let first = text.utf8.first(where: { !"+-.".utf8.contains($0) }) else { return true }
    guard first &- UInt8(ascii: "0") <= 9 else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"):
        true
      default: "+-._:xXoO tTzZ".utf8.contains(byte)
      }
    }
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  private static func doubleQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if isPrintable(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16)
          let (escape, width) = scalar.value <= 0xFF ? ("\\x", 2) : scalar.value <= 0xFFFF ? ("\\u", 4) : ("\\U", 8)
          result += escape + String(repeating: "0", count: width - digits.count) + digits
        }
      }
    }
    return result + "\""
  }
}
