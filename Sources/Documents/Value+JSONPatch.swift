extension Value {
  /// Applies a JSON patch (RFC 6902); all of it or nothing.
  ///
  /// - Throws: ``DocumentError`` when an operation's place does not exist or a test fails; the value is then unchanged.
  public mutating func applyJSONPatch(_ patch: JSONPatch) throws(DocumentError) {
    var result = self
    for operation in patch.operations { try result.apply(operation) }
    self = result
  }

  /// This value with a JSON patch applied that is given in its JSON form; see ``applyJSONPatch(_:)``.
  public func applyingJSONPatch(_ operations: Value) throws(DocumentError) -> Value {
    var result = self
    try result.applyJSONPatch(JSONPatch(operations))
    return result
  }

  private mutating func apply(_ operation: JSONPatch.Operation) throws(DocumentError) {
    switch operation {
    case .add(let path, let value): try add(value, at: path)
    case .remove(let path): try remove(at: path)
    case .replace(let path, let value):
      _ = try existing(path)
      try change(path.tokens[...], of: path) { node throws(DocumentError) in node = value }
    case .move(let from, let path):
      let value = try existing(from)
      if path.tokens.starts(with: from.tokens), path != from {
        throw DocumentError("the JSON patch moves \(from) into itself")
      }
      try remove(at: from)
      try add(value, at: path)
    case .copy(let from, let path): try add(existing(from), at: path)
    case .test(let path, let value):
      guard try existing(path).isNumericallyEqual(to: value) else {
        throw DocumentError("the JSON patch expects another value at \(path)")
      }
    }
  }

  private func existing(_ pointer: Pointer) throws(DocumentError) -> Value {
    guard let value = self[pointer] else {
      throw DocumentError("the JSON patch names \(pointer), which does not exist")
    }
    return value
  }

  private mutating func add(_ value: Value, at path: Pointer) throws(DocumentError) {
    guard let last = path.tokens.last else {
      self = value
      return
    }
    try change(path.tokens.dropLast(), of: path) { parent throws(DocumentError) in
      switch parent {
      case .object: parent[last] = value
      case .array(var elements):
        let index = last == "-" ? elements.count : Value.index(last) ?? -1
        guard 0...elements.count ~= index else {
          throw DocumentError("the JSON patch names \(path), which is outside its list")
        }
        elements.insert(value, at: index)
        parent = .array(elements)
      default: throw DocumentError("the JSON patch adds \(path) to \(parent.kindDescription)")
      }
    }
  }

  private mutating func remove(at path: Pointer) throws(DocumentError) {
    _ = try existing(path)
    guard let last = path.tokens.last else {
      self = .null
      return
    }
    try change(path.tokens.dropLast(), of: path) { parent throws(DocumentError) in
      if case .array(var elements) = parent, let index = Value.index(last) {
        elements.remove(at: index)
        parent = .array(elements)
      } else {
        parent.removeValue(forKey: last)
      }
    }
  }

  /// Changes the node at the end of `tokens` in place.
  private mutating func change(
    _ tokens: ArraySlice<String>, of path: Pointer, _ body: (inout Value) throws(DocumentError) -> Void
  ) throws(DocumentError) {
    guard let token = tokens.first else { return try body(&self) }
    switch self {
    case .object(let members) where members[token] != nil: try self[token].change(tokens.dropFirst(), of: path, body)
    case .array(let elements):
      guard let index = Value.index(token), elements.indices.contains(index) else { fallthrough }
      try self[index].change(tokens.dropFirst(), of: path, body)
    default: throw DocumentError("the JSON patch names \(path), whose parent does not exist")
    }
  }

  /// Equality as RFC 6902 §4.6 has it: numbers are equal if their values are.
  private func isNumericallyEqual(to other: Value) -> Bool {
    switch (self, other) {
    case (.integer(let left), .number(let right)): Int64(exactly: right) == left
    case (.number(let left), .integer(let right)): Int64(exactly: left) == right
    case (.array(let left), .array(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isNumericallyEqual(to: $1) }
    case (.object(let left), .object(let right)):
      left.count == right.count
        && left.allSatisfy { key, value in right[key].map { value.isNumericallyEqual(to: $0) } ?? false }
    default: self == other
    }
  }
}
