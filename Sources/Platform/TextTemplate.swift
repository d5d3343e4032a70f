public import Documents

/// Fills in the template actions that idpbuilder's users write in their own files, before the YAML is read.
///
/// idpbuilder runs such files through Go's `text/template` with the options of the platform (`pkg/util/files/files.go`).
/// This is the part of that language that such files use: fields (`{{ .Host }}`), `{{ if .UsePathRouting }}`,
/// `{{ if eq .Protocol "http" }}`, `ne`, `not`, `{{ else }}`, `{{ end }}`, comments, and the trim markers `{{-` and
/// `-}}`. Anything else is an error rather than passed through.
public struct TextTemplate: Sendable {
  private enum Piece {
    case text(String)
    case action(String, Position)
  }

  private let pieces: [Piece]
  private let source: String?

  /// Reads a template.
  ///
  /// - Parameters:
  ///   - text: The template.
  ///   - source: The name of the file for errors.
  /// - Throws: `DocumentError` with the position of an action without end.
  public init(_ text: String, source: String? = nil) throws(DocumentError) {
    self.source = source
    var pieces: [Piece] = []
    var line = 1
    var column = 1
    var current = ""
    var trimNext = false
    var rest = Substring(text)
    func advance(over part: some StringProtocol) {
      for character in part {
        if character.isNewline { (line, column) = (line + 1, 1) } else { column += 1 }
      }
    }
    while let character = rest.first {
      guard rest.hasPrefix("{{") else {
        advance(over: String(character))
        rest.removeFirst()
        if trimNext, character.isWhitespace { continue }
        trimNext = false
        current.append(character)
        continue
      }
      let position = Position(line: line, column: column)
      var action = ""
      var after = rest.dropFirst(2)
      while !after.isEmpty, !after.hasPrefix("}}") { action.append(after.removeFirst()) }
      guard !after.isEmpty else {
        throw DocumentError(source: source, position: position, "“{{” without “}}”")
      }
      advance(over: "{{\(action)}}")
      rest = after.dropFirst(2)
      if action.hasPrefix("-"), action.dropFirst().first?.isWhitespace ?? true {
        action.removeFirst()
        while current.last?.isWhitespace == true { current.removeLast() }
      }
      trimNext = action.hasSuffix(" -") || action == "-"
      if trimNext { action.removeLast() }
      pieces.append(.text(current))
      current = ""
      pieces.append(.action(action.trimmed, position))
    }
    pieces.append(.text(current))
    self.pieces = pieces
  }

  /// The template's text with the values of its fields.
  ///
  /// - Parameter values: The values by name, without the leading dot.
  /// - Returns: The text without any action.
  /// - Throws: `DocumentError` with the position of an unknown field, an unknown action, or an `if` without `end`.
  public func filled(with values: [String: Value]) throws(DocumentError) -> String {
    var output = ""
    // Of each open `if`: whether its present branch counts, and whether any branch did.
    var open: [(counts: Bool, done: Bool, position: Position)] = []
    for piece in pieces {
      let counts = open.allSatisfy(\.counts)
      switch piece {
      case .text(let text): if counts { output += text }
      case .action(let action, let position):
        let words = try self.words(action, position)
        switch words.first {
        case nil: break
        case "if":
          let holds = counts ? try condition(Array(words.dropFirst()), values, position) : false
          open.append((holds, holds, position))
        case "else":
          guard let last = open.popLast() else { throw error("“else” without “if”", position) }
          guard words.count == 1 || words[1] == "if" else { throw error("“\(action)” is not supported here", position) }
          let holds = words.count > 1 ? try condition(Array(words.dropFirst(2)), values, position) : true
          open.append((holds && !last.done, holds || last.done, last.position))
        case "end":
          guard open.popLast() != nil else { throw error("“end” without “if”", position) }
        default:
          guard words.count == 1 else { throw error("“\(action)” is not supported here", position) }
          if counts {
            output += try text(words[0], values, position)
          }
        }
      }
    }
    if let last = open.last { throw error("“if” without “end”", last.position) }
    return output
  }

  private func condition(
    _ words: [String], _ values: [String: Value], _ position: Position
  ) throws(DocumentError) -> Bool {
    switch (words.first, words.count) {
    case ("eq", 3): return try text(words[1], values, position) == text(words[2], values, position)
    case ("ne", 3): return try text(words[1], values, position) != text(words[2], values, position)
    case ("not", 2...): return try !condition(Array(words.dropFirst()), values, position)
    case (_, 1):
      switch try operand(words[0], values, position) {
      case .null, .bool(false), .string(""), .integer(0): return false
      default: return true
      }
    default: throw error("the condition “\(words.joined(separator: " "))” is not supported here", position)
    }
  }

  private func operand(
    _ word: String, _ values: [String: Value], _ position: Position
  ) throws(DocumentError) -> Value {
    if word.hasPrefix("\"") { return .string(String(word.dropFirst().dropLast())) }
    if word == "true" || word == "false" { return .bool(word == "true") }
    guard word.hasPrefix("."), let value = values[String(word.dropFirst())] else {
      let known = values.keys.sorted().map { ".\($0)" }.joined(separator: ", ")
      throw error("“\(word)” is unknown; known are \(known)", position)
    }
    return value
  }

  /// An operand as it is written into the output; compared in this form, since the port is a text in idpbuilder.
  private func text(_ word: String, _ values: [String: Value], _ position: Position) throws(DocumentError) -> String {
    let value = try operand(word, values, position)
    return value.stringValue ?? JSON.string(value)
  }

  /// The words of an action; parentheses only group, so they are dropped; a comment has no words.
  private func words(_ action: String, _ position: Position) throws(DocumentError) -> [String] {
    if action.hasPrefix("/*") { return [] }
    var words: [String] = []
    var rest = Substring(action)
    while let first = rest.first {
      if first == "\"" {
        guard let end = rest.dropFirst().firstIndex(of: "\"") else { throw error("a text without end", position) }
        words.append(String(rest[...end]))
        rest = rest[rest.index(after: end)...]
      } else if first.isWhitespace || first == "(" || first == ")" {
        rest.removeFirst()
      } else {
        let word = rest.prefix { !$0.isWhitespace && !"()\"".contains($0) }
        words.append(String(word))
        rest = rest.dropFirst(word.count)
      }
    }
    return words
  }

  private func error(_ message: String, _ position: Position) -> DocumentError {
    DocumentError(source: source, position: position, message)
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
