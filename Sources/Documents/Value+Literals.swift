extension Value: ExpressibleByNilLiteral {
  /// `nil` is ``null``.
  public init(nilLiteral: ()) { self = .null }
}

extension Value: ExpressibleByBooleanLiteral {
  /// `true` or `false`.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Value: ExpressibleByIntegerLiteral {
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension Value: ExpressibleByFloatLiteral {
  /// A number that is not an integer.
  public init(floatLiteral value: Double) { self = .number(value) }
}

extension Value: ExpressibleByStringInterpolation {
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
}

extension Value: ExpressibleByArrayLiteral {
  /// A list.
  public init(arrayLiteral elements: Value...) { self = .array(elements) }
}

extension Value: ExpressibleByDictionaryLiteral {
  /// An object; when a key is written twice, the last value counts.
  public init(dictionaryLiteral elements: (String, Value)...) {
    self = .object(Object(elements, uniquingKeysWith: { _, last in last }))
  }
}

extension Value {
  /// A text.
  public init(_ text: some StringProtocol) { self = .string(String(text)) }
  /// An integer.
  public init(_ integer: Int) { self = .integer(Int64(integer)) }
  /// A truth value.
  public init(_ bool: Bool) { self = .bool(bool) }
  /// A list of texts.
  public init(_ texts: some Sequence<String>) { self = .array(texts.map(Value.string)) }
  /// An object whose members are texts: labels, annotations, the data of a ConfigMap; sorted by key.
  public init(_ texts: [String: String]) {
    self = .object(Object(uniqueKeysWithValues: texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
  }
  /// A text, or ``null`` without one.
  public init(_ text: String?) { self = text.map(Value.string) ?? .null }
}
