extension Value {
  /// Whether this is ``null``.
  public var isNull: Bool { self == .null }

  /// The text, if this is one.
  public var stringValue: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  /// The integer, if this is one, or a number with an integer's value.
  public var intValue: Int? {
    switch self {
    case .integer(let value): Int(exactly: value)
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  /// The number, if this is one; an integer is converted.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The truth value, if this is one.
  public var boolValue: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  /// The elements, if this is a list.
  public var arrayValue: [Value]? {
    guard case .array(let value) = self else { return nil }
    return value
  }

  /// The members, if this is an object.
  public var objectValue: Object? {
    guard case .object(let value) = self else { return nil }
    return value
  }

  /// The elements of a list, nothing for any other value: for loops over what may be absent.
  public var elements: [Value] { arrayValue ?? [] }

  /// The members of an object, nothing for any other value: for loops over what may be absent.
  public var members: Object { objectValue ?? [:] }

  /// The members of an object that are texts, as an unordered dictionary: labels, annotations, data.
  public var stringMembers: [String: String] {
    var result: [String: String] = [:]
    for (key, value) in members {
      if case .string(let text) = value { result[key] = text }
    }
    return result
  }

  /// The member named `key`.
  ///
  /// Reading gives ``null`` if there is none or this is not an object. Writing makes this an object if it is not, and
  /// replaces or appends the member; ``null`` is stored as such (see ``removeValue(forKey:)``).
  public subscript(key: String) -> Value {
    get {
      guard case .object(let members) = self else { return .null }
      return members[key] ?? .null
    }
    _modify {
      var members: Object = [:]
      if case .object(let existing) = self { members = existing }
      self = .null  // so that `members` is the only reference and is changed in place
      defer { self = .object(members) }
      yield &members[key, default: .null]
    }
  }

  /// The element at `index`, counted from 0.
  ///
  /// Reading gives ``null`` if there is none or this is not a list. Writing makes this a list if it is not and fills up
  /// with ``null`` before the element where it is shorter; a negative index changes nothing.
  public subscript(index: Int) -> Value {
    get {
      guard case .array(let elements) = self, elements.indices.contains(index) else { return .null }
      return elements[index]
    }
    _modify {
      var elements: [Value] = []
      if case .array(let existing) = self { elements = existing }
      var ignored = Value.null
      if index < 0 {
        yield &ignored
      } else {
        while elements.count <= index { elements.append(.null) }
        self = .null
        defer { self = .array(elements) }
        yield &elements[index]
      }
    }
  }

  /// Removes the member named `key`.
  ///
  /// - Returns: The member's value, nil if there was none.
  @discardableResult
  public mutating func removeValue(forKey key: String) -> Value? {
    guard case .object(var members) = self else { return nil }
    self = .null
    defer { self = .object(members) }
    return members.removeValue(forKey: key)
  }

  /// Appends an element; anything that is not a list becomes one first.
  public mutating func append(_ element: Value) {
    var elements: [Value] = []
    if case .array(let existing) = self { elements = existing }
    self = .null
    elements.append(element)
    self = .array(elements)
  }

  /// The name of the kind of value, with an article, for messages: `a string`, `an object`.
  public var kindDescription: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
