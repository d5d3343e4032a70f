/// A list of changes to a value (RFC 6902).
public struct JSONPatch: Sendable, Hashable {
  /// One change.
  public enum Operation: Sendable, Hashable {
    /// Inserts into a list or sets a member.
    case add(Pointer, Value)
    /// Removes what is there.
    case remove(Pointer)
    /// Replaces what is there.
    case replace(Pointer, Value)
    /// Moves what is at `from`.
    case move(from: Pointer, to: Pointer)
    /// Copies what is at `from`.
    case copy(from: Pointer, to: Pointer)
    /// Fails unless the value there is equal.
    case test(Pointer, Value)
  }

  /// The changes in their order.
  public var operations: [Operation]

  /// A patch of these changes.
  public init(_ operations: [Operation]) { self.operations = operations }

  /// Reads a patch in its JSON form, a list of objects with `op`, `path` and `value` or `from`.
  ///
  /// - Throws: ``DocumentError`` that names the faulty operation by its place in the list.
  public init(_ value: Value) throws(DocumentError) {
    guard case .array(let elements) = value else {
      throw DocumentError("a JSON patch must be a list, not \(value.kindDescription)")
    }
    operations = []
    for (index, element) in elements.enumerated() {
      operations.append(try Operation(element, index: index))
    }
  }

  /// The patch in its JSON form.
  public var value: Value { .array(operations.map(\.value)) }
}

extension JSONPatch.Operation {
  fileprivate init(_ value: Value, index: Int) throws(DocumentError) {
    let place = "operation \(index) of the JSON patch"
    guard case .object(let members) = value else {
      throw DocumentError("\(place) must be an object, not \(value.kindDescription)")
    }
    func pointer(_ name: String) throws(DocumentError) -> Pointer {
      guard let text = members[name]?.stringValue else { throw DocumentError("\(place) needs a text “\(name)”") }
      return try Pointer(parsing: text)
    }
    func operand() throws(DocumentError) -> Value {
      guard let operand = members["value"] else { throw DocumentError("\(place) needs a “value”") }
      return operand
    }
    let path = try pointer("path")
    switch members["op"]?.stringValue {
    case "add": self = .add(path, try operand())
    case "remove": self = .remove(path)
    case "replace": self = .replace(path, try operand())
    case "move": self = .move(from: try pointer("from"), to: path)
    case "copy": self = .copy(from: try pointer("from"), to: path)
    case "test": self = .test(path, try operand())
    case let other?: throw DocumentError("\(place) has the unknown op “\(other)”")
    case nil: throw DocumentError("\(place) needs a text “op”")
    }
  }

  fileprivate var value: Value {
    switch self {
    case .add(let path, let value): ["op": "add", "path": "\(path)", "value": value]
    case .remove(let path): ["op": "remove", "path": "\(path)"]
    case .replace(let path, let value): ["op": "replace", "path": "\(path)", "value": value]
    case .move(let from, let path): ["op": "move", "from": "\(from)", "path": "\(path)"]
    case .copy(let from, let path): ["op": "copy", "from": "\(from)", "path": "\(path)"]
    case .test(let path, let value): ["op": "test", "path": "\(path)", "value": value]
    }
  }
}
