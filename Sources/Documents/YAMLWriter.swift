/// Appends YAML in block style to a text.
struct YAMLWriter {
  private(set) var output = ""
  private let sortedKeys: Bool

  init(sortedKeys: Bool) { self.sortedKeys = sortedKeys }

  mutating func writeDocument(_ value: Value) {
    switch value {
    case .object(let members) where !members.isEmpty: write(members, indent: 0, startsLine: true)
    case .array(let elements) where !elements.isEmpty: write(elements, indent: 0, startsLine: true)
    default:
      writeScalar(value, indent: 0)
      output += "\n"
    }
  }

  /// Writes members; the first goes where the output ends unless `startsLine`.
  private mutating func write(_ members: Object, indent: Int, startsLine: Bool) {
    var startsLine = startsLine
    let keys = sortedKeys ? members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : Array(members.keys)
    for key in keys {
      if startsLine { pad(indent) }
      startsLine = true
      let written = YAMLText.inline(key)
      // A key of more than 1024 characters must be announced (YAML 1.1 §7.4.2), or parsers cannot tell that it is one.
      if written.utf8.count > 1000 {
        output += "? \(written)\n"
        pad(indent)
      } else {
        output += written
      }
      output += ":"
      writeMember(members[key] ?? .null, indent: indent)
    }
  }

  private mutating func writeMember(_ value: Value, indent: Int) {
    switch value {
    case .object(let members) where !members.isEmpty:
      output += "\n"
      write(members, indent: indent + 2, startsLine: true)
    case .array(let elements) where !elements.isEmpty:
      output += "\n"
      write(elements, indent: indent, startsLine: true)
    default:
      output += " "
      writeScalar(value, indent: indent)
      output += "\n"
    }
  }

  private mutating func write(_ elements: [Value], indent: Int, startsLine: Bool) {
    var startsLine = startsLine
    for element in elements {
      if startsLine { pad(indent) }
      startsLine = true
      output += "- "
      switch element {
      case .object(let members) where !members.isEmpty: write(members, indent: indent + 2, startsLine: false)
      case .array(let elements) where !elements.isEmpty: write(elements, indent: indent + 2, startsLine: false)
      default:
        writeScalar(element, indent: indent)
        output += "\n"
      }
    }
  }

  /// Writes what fits behind a key or a dash at `indent`; no line break after it.
  private mutating func writeScalar(_ value: Value, indent: Int) {
    switch value {
    case .null: output += "null"
    case .bool(let value): output += value ? "true" : "false"
    case .integer(let value): output += String(value)
    case .number(let value):
      output += value.isFinite ? value.description : value.isNaN ? ".nan" : value < 0 ? "-.inf" : ".inf"
    case .string(let text):
      if let block = YAMLText.block(text, indent: indent + 2) {
        output += block
      } else {
        output += YAMLText.inline(text)
      }
    case .array: output += "[]"
    case .object: output += "{}"
    }
  }

  private mutating func pad(_ indent: Int) {
    output += String(repeating: " ", count: indent)
  }
}
