/// The members of a JSON or YAML object, in the order they were written.
public typealias Object = OrderedDictionary<String, Value>

/// A JSON value: what a JSON document or a YAML document in the Kubernetes subset means.
///
/// Integers are kept apart from other numbers, so that none is ever rounded (RFC 8259 §6 leaves the range to the
/// implementation; this one has that of `Int64`, as the Kubernetes API has).
public enum Value: Sendable {
  /// The `null` literal, and what a lookup gives for something that is not there.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number written without fraction and exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number.
  case number(Double)
  /// A text.
  case string(String)
  /// A list of values.
  case array([Value])
  /// Named values, in the order they were written.
  case object(Object)
}

extension Value: Hashable {
  /// Whether both mean the same; as in JSON, the order of an object's members does not count.
  public static func == (left: Value, right: Value) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let one), .bool(let two)): one == two
    case (.integer(let one), .integer(let two)): one == two
    case (.number(let one), .number(let two)): one == two
    case (.string(let one), .string(let two)): one == two
    case (.array(let one), .array(let two)): one == two
    case (.object(let one), .object(let two)): sameMembers(one, two)
    default: false
    }
  }

  private static func sameMembers(_ left: Object, _ right: Object) -> Bool {
    guard left.count == right.count else { return false }
    return left.allSatisfy { key, value in right[key] == value }
  }

  /// Feeds the meaning to `hasher`, independent of the order of members.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value):
      hasher.combine(1)
      hasher.combine(value)
    case .integer(let value):
      hasher.combine(2)
      hasher.combine(value)
    case .number(let value):
      hasher.combine(3)
      hasher.combine(value)
    case .string(let value):
      hasher.combine(4)
      hasher.combine(value)
    case .array(let values):
      hasher.combine(5)
      hasher.combine(values)
    case .object(let members):
      hasher.combine(6)
      var sum = 0
      for (key, value) in members {
        var member = Hasher()
        member.combine(key)
        member.combine(value)
        sum ^= member.finalize()
      }
      hasher.combine(sum)
    }
  }
}

extension Value: CustomStringConvertible {
  /// The value as compact JSON.
  public var description: String { JSON.string(self) }
}
