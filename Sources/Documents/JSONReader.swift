/// A recursive-descent reader of the grammar of RFC 8259.
struct JSONReader {
  /// What is wrong, and at which byte.
  struct Fault: Error {
    let offset: Int
    let message: String
  }

  private let bytes: [UInt8]
  private let depthLimit: Int
  private var at = 0

  init(_ bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  mutating func readDocument() throws(Fault) -> Value {
    skipSpace()
    let value = try readValue(depth: 0)
    skipSpace()
    guard at == bytes.count else { throw unexpected("the end of the text") }
    return value
  }

  private mutating func readValue(depth: Int) throws(Fault) -> Value {
    guard at < bytes.count else { throw unexpected("a value") }
    switch bytes[at] {
    case UInt8(ascii: "{"): return try readObject(depth: depth + 1)
    case UInt8(ascii: "["): return try readArray(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
    case UInt8(ascii: "t"): return try readLiteral("true", .bool(true))
    case UInt8(ascii: "f"): return try readLiteral("false", .bool(false))
    case UInt8(ascii: "n"): return try readLiteral("null", .null)
    default: throw unexpected("a value")
    }
  }

  private mutating func readObject(depth: Int) throws(Fault) -> Value {
    try checkDepth(depth)
    at += 1
    var members: Object = [:]
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { throw unexpected("a member's name in quotes") }
      let start = at
      let name = try readString()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw unexpected("“:”") }
      skipSpace()
      let value = try readValue(depth: depth)
      guard members.updateValue(value, forKey: name) == nil else {
        throw Fault(offset: start, message: "“\(name)” is given twice in one object")
      }
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw unexpected("“,” or “}”") }
      skipSpace()
    }
  }

  private mutating func readArray(depth: Int) throws(Fault) -> Value {
    try checkDepth(depth)
    at += 1
    var elements: [Value] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(elements) }
    while true {
      elements.append(try readValue(depth: depth))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { throw unexpected("“,” or “]”") }
      skipSpace()
    }
  }

  private func checkDepth(_ depth: Int) throws(Fault) {
    guard depth <= depthLimit else {
      throw Fault(offset: at, message: "arrays and objects are nested more than \(depthLimit) deep")
    }
  }

  private mutating func readLiteral(_ literal: StaticString, _ value: Value) throws(Fault) -> Value {
    let matches = literal.withUTF8Buffer { expected in bytes[at...].starts(with: expected) }
    guard matches else { throw unexpected("a value") }
    at += literal.utf8CodeUnitCount
    return value
  }

  // MARK: Numbers

  private mutating func readNumber() throws(Fault) -> Value {
    let start = at
    var isInteger = true
    let negative = take(UInt8(ascii: "-"))
    guard at < bytes.count, isDigit(bytes[at]) else { throw unexpected("a digit") }
    if bytes[at] == UInt8(ascii: "0") { at += 1 } else { skipDigits() }
    if at < bytes.count, isDigit(bytes[at]) {
      throw Fault(offset: at, message: "a number must not start with 0")
    }
    if take(UInt8(ascii: ".")) {
      isInteger = false
      try requireDigits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try requireDigits()
    }
    if isInteger, let integer = integer(in: start..<at, negative: negative) { return .integer(integer) }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    guard let number = Double(text), number.isFinite else {
      throw Fault(offset: start, message: "the number \(text.prefix(40)) is out of range")
    }
    return .number(number)
  }

  /// The integer in a range of digits, nil if it does not fit or is -0 (which only a double can tell from 0).
  private func integer(in range: Range<Int>, negative: Bool) -> Int64? {
    var result: Int64 = 0
    for byte in bytes[range].dropFirst(negative ? 1 : 0) {
      let digit = Int64(byte - UInt8(ascii: "0"))
      let (tenfold, overflow) = result.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) =
        negative ? tenfold.subtractingReportingOverflow(digit) : tenfold.addingReportingOverflow(digit)
      if overflow || overflow2 { return nil }
      result = sum
    }
    return negative && result == 0 ? nil : result
  }

  private mutating func requireDigits() throws(Fault) {
    guard at < bytes.count, isDigit(bytes[at]) else { throw unexpected("a digit") }
    skipDigits()
  }

  private mutating func skipDigits() {
    while at < bytes.count, isDigit(bytes[at]) { at += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

  // MARK: Texts

  private mutating func readString() throws(Fault) -> String {
    at += 1
    let start = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        defer { at += 1 }
        return try text(bytes[start..<at], at: start)
      }
      if byte == UInt8(ascii: "\\") { return try readEscapedString(from: start) }
      guard byte >= 0x20 else { throw controlCharacter(byte) }
      at += 1
    }
    throw Fault(offset: start - 1, message: "this string has no end")
  }

  private mutating func readEscapedString(from start: Int) throws(Fault) -> String {
    var unescaped = Array(bytes[start..<at])
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "\""):
        defer { at += 1 }
        return try text(unescaped[...], at: start)
      case UInt8(ascii: "\\"):
        at += 1
        try readEscape(into: &unescaped)
      case 0..<0x20:
        throw controlCharacter(byte)
      default:
        unescaped.append(byte)
        at += 1
      }
    }
    throw Fault(offset: start - 1, message: "this string has no end")
  }

  private mutating func readEscape(into output: inout [UInt8]) throws(Fault) {
    guard at < bytes.count else { throw unexpected("an escape character") }
    let byte = bytes[at]
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"): output.append(contentsOf: String(Character(try readScalar())).utf8)
    default: throw Fault(offset: at - 2, message: "unknown escape in a string")
    }
  }

  /// The scalar after `\u`; one outside the basic plane is two escapes, a surrogate pair (RFC 8259 §7).
  private mutating func readScalar() throws(Fault) -> Unicode.Scalar {
    let start = at - 2
    let first = try readHexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    if first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
      let second = try readHexadecimal()
      if 0xDC00...0xDFFF ~= second {
        let code = 0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00
        if let scalar = Unicode.Scalar(code) { return scalar }
      }
    }
    throw Fault(offset: start, message: "half of a surrogate pair in a string")
  }

  private mutating func readHexadecimal() throws(Fault) -> UInt16 {
    var result: UInt16 = 0
    for _ in 0..<4 {
      guard at < bytes.count, let digit = Character(Unicode.Scalar(bytes[at])).hexDigitValue, bytes[at] < 0x80 else {
        throw unexpected("four hexadecimal digits")
      }
      result = result << 4 | UInt16(digit)
      at += 1
    }
    return result
  }

  private func text(_ utf8: ArraySlice<UInt8>, at offset: Int) throws(Fault) -> String {
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw Fault(offset: offset, message: "this string is not valid UTF-8")
    }
    return text
  }

  // MARK: Bytes

  private mutating func skipSpace() {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x0A, 0x0D, 0x09: at += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private func controlCharacter(_ byte: UInt8) -> Fault {
    Fault(offset: at, message: "control character \(byte) in a string; it must be escaped")
  }

  private func unexpected(_ expected: String) -> Fault {
    guard at < bytes.count else { return Fault(offset: at, message: "the text ends where \(expected) must follow") }
    let byte = bytes[at]
    let found = 0x21...0x7E ~= byte ? "“\(Unicode.Scalar(byte))”" : "byte \(byte)"
    return Fault(offset: at, message: "found \(found) where \(expected) must follow")
  }
}
