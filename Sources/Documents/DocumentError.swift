public import Diagnostics

/// A place in a text.
public struct Position: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The line, counted from 1.
  public let line: Int
  /// The character (Unicode scalar) in the line, counted from 1.
  public let column: Int

  /// Both counted from 1.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// `line:column`, as compilers write it.
  public var description: String { "\(line):\(column)" }

  /// Whether the left position comes before the right one.
  public static func < (left: Position, right: Position) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// A document that cannot be read, or says something that it must not.
public struct DocumentError: ExplainedError, Hashable {
  /// The name of the file or whatever the text came from, if known.
  public var source: String?
  /// Where in the text, if known.
  public var position: Position?
  /// What is wrong there.
  public var message: String

  /// Describes an error; `description` puts the parts together.
  public init(source: String? = nil, position: Position? = nil, _ message: String) {
    self.source = source
    self.position = position
    self.message = message
  }

  /// `source:line:column: message`, without the parts that are not known.
  public var description: String {
    switch (source, position) {
    case (let source?, let position?): "\(source):\(position): \(message)"
    case (let source?, nil): "\(source): \(message)"
    case (nil, let position?): "line \(position.line), column \(position.column): \(message)"
    case (nil, nil): message
    }
  }

  /// The exit code for wrong documents.
  public var exitStatus: ExitStatus { .badInput }
}
