/// One document of a YAML text, with the position of everything in it.
public struct Document: Sendable {
  /// What the document says.
  public let value: Value
  /// The name of the file or whatever it came from, if known.
  public let source: String?
  /// The document's place in its text, counted from 0; empty documents count.
  public let index: Int
  let mark: Mark

  /// Where the node at `pointer` starts; an aliased node is where it is defined.
  ///
  /// - Returns: The position, nil if there is no such node.
  public func position(of pointer: Pointer) -> Position? {
    lookup(pointer).flatMap { $0.isExact ? $0.mark.position : nil }
  }

  /// Where the name of the member at `pointer` is written.
  ///
  /// - Returns: The position, nil if there is no such member or it is a list's element.
  public func keyPosition(of pointer: Pointer) -> Position? {
    lookup(pointer).flatMap { $0.isExact ? $0.mark.keyPosition : nil }
  }

  /// An error about the node at `pointer`; if there is none, about the closest node around it that exists.
  ///
  /// - Parameters:
  ///   - pointer: The node.
  ///   - message: What is wrong with it and what was expected.
  /// - Returns: The error, with the document's source and the position.
  public func error(at pointer: Pointer = [], _ message: String) -> DocumentError {
    DocumentError(source: source, position: lookup(pointer)?.mark.position ?? mark.position, message)
  }

  /// An error about the name of the member at `pointer`, such as an unknown field.
  ///
  /// - Parameters:
  ///   - pointer: The member.
  ///   - message: What is wrong with its name.
  /// - Returns: The error, with the document's source and the position.
  public func error(atKey pointer: Pointer, _ message: String) -> DocumentError {
    DocumentError(source: source, position: keyPosition(of: pointer) ?? error(at: pointer, "").position, message)
  }

  private func lookup(_ pointer: Pointer) -> (mark: Mark, isExact: Bool)? {
    var node = value
    var mark = self.mark
    for token in pointer.tokens {
      let index: Int?
      switch node {
      case .object(let members): index = members.index(forKey: token)
      case .array(let elements): index = Int(token).flatMap { elements.indices.contains($0) ? $0 : nil }
      default: index = nil
      }
      guard let index, mark.children.indices.contains(index) else { return (mark, false) }
      mark = mark.children[index]
      node = node.child(at: index)
    }
    return (mark, true)
  }
}

extension Value {
  fileprivate func child(at index: Int) -> Value {
    switch self {
    case .object(let members): members.elements[index].value
    case .array(let elements): elements[index]
    default: .null
    }
  }
}

/// The positions of a node and of all nodes in it, in the order of the value's members or elements.
struct Mark: Sendable {
  private let line: UInt32
  private let column: UInt32
  private var keyLine: UInt32 = 0
  private var keyColumn: UInt32 = 0
  var children: [Mark] = []

  init(_ position: Position, children: [Mark] = []) {
    line = UInt32(clamping: position.line)
    column = UInt32(clamping: position.column)
    self.children = children
  }

  var position: Position { Position(line: Int(line), column: Int(column)) }

  /// Where the name of a member is; nil for elements and roots.
  var keyPosition: Position? {
    get { keyLine == 0 ? nil : Position(line: Int(keyLine), column: Int(keyColumn)) }
    set {
      keyLine = UInt32(clamping: newValue?.line ?? 0)
      keyColumn = UInt32(clamping: newValue?.column ?? 0)
    }
  }
}
