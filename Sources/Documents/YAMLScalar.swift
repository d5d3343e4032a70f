/// What YAML scalars mean.
///
/// The rules are those of `sigs.k8s.io/yaml`, which `kubectl`, the API server and Argo CD read manifests with (its
/// goyaml.v2/resolve.go), so that a manifest means here what it means there: YAML 1.1 truth values (`yes`, `no`, `on`,
/// `off`, `y`, `n` in their three spellings), leading-zero octals, `_` between digits, dates left as text. As there,
/// a number with an integer's value is an integer whatever its spelling (`1.0`, `1e3`), because that is what reaches
/// the API server as JSON. Unlike there, infinities and not-a-number are errors here and not later.
enum YAMLScalar {
  private static let tagPrefix = "tag:yaml.org,2002:"

  /// The value of a scalar.
  ///
  /// - Parameters:
  ///   - text: The scalar's text without quotes.
  ///   - isPlain: Whether it was written without quotes and not as a block.
  ///   - tag: Its tag in full, if it has one.
  /// - Returns: The value.
  /// - Throws: A message when the text does not fit the tag.
  static func value(_ text: String, isPlain: Bool, tag: String?) throws(YAMLScalarFault) -> Value {
    guard let tag, tag != "" else { return isPlain ? try resolve(text) : .string(text) }
    guard tag.hasPrefix(tagPrefix) else { return .string(text) }
    let name = tag.dropFirst(tagPrefix.count)
    switch name {
    case "bool", "int", "float", "null":
      let value = try resolve(text)
      let fits =
        switch (value, name) {
        case (.bool, "bool"), (.integer, "int"), (.integer, "float"), (.number, "float"), (.null, "null"): true
        default: false
        }
      guard fits else { throw YAMLScalarFault(message: "“\(text)” is not what its tag !!\(name) says") }
      return value
    case "binary":
      guard let decoded = Base64.decodeText(text) else {
        throw YAMLScalarFault(message: "!!binary data must be base64 of UTF-8 text")
      }
      return .string(decoded)
    default: return .string(text)
    }
  }

  /// The value of a plain scalar without a tag.
  static func resolve(_ text: String) throws(YAMLScalarFault) -> Value {
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      return try resolveNumber(text)
    case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
      UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "o"),
      UInt8(ascii: "O"):
      return resolveWord(text)
    default: return .string(text)
    }
  }

  private static func resolveWord(_ text: String) -> Value {
    guard text.utf8.count <= 5 else { return .string(text) }
    switch text {
    case "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
    case "false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
    default: return .string(text)
    }
  }

  private static func resolveNumber(_ text: String) throws(YAMLScalarFault) -> Value {
    switch text {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN":
      throw YAMLScalarFault(message: "\(text) has no equivalent in JSON; quote it if text is meant")
    default: break
    }
    // Everything numeric is short and made of these characters; most texts that start with a digit or a dash are not.
    guard text.utf8.count <= 400, text.utf8.allSatisfy(isNumeric) else { return .string(text) }
    let plain = text.utf8.contains(UInt8(ascii: "_")) ? text.filter { $0 != "_" } : text
    if let integer = integer(plain) { return .integer(integer) }
    // What no double can hold is a text, as in Go: the beginning of a commit's id may look like this (`12e4567`).
    guard isFloat(plain), let number = Double(plain), number.isFinite else { return .string(text) }
    return Int64(exactly: number).map(Value.integer) ?? .number(number)
  }

  private static func isNumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "x"), UInt8(ascii: "X"), UInt8(ascii: "o"),
      UInt8(ascii: "O"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// An integer as Go's `strconv.ParseInt(text, 0, 64)` reads it.
  private static func integer(_ text: String) -> Int64? {
    var digits = Substring(text)
    var sign = ""
    if let first = digits.first, first == "-" || first == "+" {
      sign = String(digits.removeFirst())
    }
    guard digits.first?.isNumber == true else { return nil }
    var radix = 10
    if digits.count > 1, digits.first == "0" {
      digits.removeFirst()
      switch digits.first {
      case "x", "X": radix = 16
      case "b", "B": radix = 2
      case "o", "O": radix = 8
      default: return digits.first == "+" || digits.first == "-" ? nil : Int64(sign + digits, radix: 8)
      }
      digits.removeFirst()
      guard digits.first != "+", digits.first != "-" else { return nil }
    }
    return Int64(sign + digits, radix: radix)
  }

  /// Whether a text matches `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, the grammar of YAML floats.
  private static func isFloat(_ text: String) -> Bool {
    var rest = Substring(text).utf8[...]
    func takeDigits() -> Int {
      let digits = rest.prefix { $0 &- UInt8(ascii: "0") <= 9 }
      rest = rest.dropFirst(digits.count)
      return digits.count
    }
    func take(_ characters: String.UTF8View) -> Bool {
      guard let first = rest.first, characters.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    _ = take("+-".utf8)
    let whole = takeDigits()
    if take(".".utf8) {
      let fraction = takeDigits()
      if whole + fraction == 0 { return false }
    } else if whole == 0 {
      return false
    }
    if take("eE".utf8) {
      _ = take("+-".utf8)
      if takeDigits() == 0 { return false }
    }
    return rest.isEmpty
  }
}

/// Why a scalar has no value.
struct YAMLScalarFault: Error {
  let message: String
}
