/// Appends JSON to a buffer.
struct JSONWriter {
  private(set) var output: [UInt8] = []
  private let pretty: Bool
  private let sortedKeys: Bool

  init(pretty: Bool, sortedKeys: Bool) {
    self.pretty = pretty
    self.sortedKeys = sortedKeys
  }

  mutating func write(_ value: Value, indent: Int) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): output.append(contentsOf: String(value).utf8)
    case .number(let value): value.isFinite ? output.append(contentsOf: value.description.utf8) : append("null")
    case .string(let value): write(value)
    case .array(let elements): write(elements, indent: indent)
    case .object(let members): write(members, indent: indent)
    }
  }

  private mutating func write(_ elements: [Value], indent: Int) {
    output.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      breakLine(indent: indent + 1)
      write(element, indent: indent + 1)
    }
    if !elements.isEmpty { breakLine(indent: indent) }
    output.append(UInt8(ascii: "]"))
  }

  private mutating func write(_ members: Object, indent: Int) {
    output.append(UInt8(ascii: "{"))
    var first = true
    if sortedKeys {
      for key in members.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
        if let value = members[key] { write(key, value, indent: indent + 1, first: &first) }
      }
    } else {
      for (key, value) in members { write(key, value, indent: indent + 1, first: &first) }
    }
    if !first { breakLine(indent: indent) }
    output.append(UInt8(ascii: "}"))
  }

  private mutating func write(_ key: String, _ value: Value, indent: Int, first: inout Bool) {
    if !first { output.append(UInt8(ascii: ",")) }
    first = false
    breakLine(indent: indent)
    write(key)
    output.append(UInt8(ascii: ":"))
    if pretty { output.append(UInt8(ascii: " ")) }
    write(value, indent: indent)
  }

  private mutating func write(_ text: String) {
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20:
        append("\\u00")
        output.append(UInt8(ascii: "0") + byte >> 4)
        let low = byte & 0x0F
        output.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  private mutating func breakLine(indent: Int) {
    guard pretty else { return }
    output.append(0x0A)
    output.append(contentsOf: repeatElement(0x20, count: 2 * indent))
  }

  private mutating func append(_ literal: StaticString) {
    literal.withUTF8Buffer { output.append(contentsOf: $0) }
  }
}
