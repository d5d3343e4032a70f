/// The way from a document's root to a node: names of members and indexes of elements (JSON Pointer, RFC 6901).
public struct Pointer: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The steps, unescaped; an index is a decimal number, `-` in a JSON patch the place after a list's last element.
  public var tokens: [String]

  /// A pointer of unescaped steps.
  public init(_ tokens: [String]) { self.tokens = tokens }

  /// A pointer of unescaped steps: `["spec", "sources", "0"]`.
  public init(arrayLiteral elements: String...) { tokens = elements }

  /// Reads a pointer in its string form: `/metadata/annotations/example.com~1name`.
  ///
  /// - Throws: ``DocumentError`` if the text does not start with `/` or has a `~` that is not `~0` or `~1`.
  public init(parsing text: String) throws(DocumentError) {
    guard text.isEmpty || text.hasPrefix("/") else {
      throw DocumentError("the JSON pointer “\(text)” must start with “/”")
    }
    tokens = []
    for part in text.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      var token = ""
      var rest = part
      while let character = rest.popFirst() {
        guard character == "~" else {
          token.append(character)
          continue
        }
        switch rest.popFirst() {
        case "0": token.append("~")
        case "1": token.append("/")
        default: throw DocumentError("the JSON pointer “\(text)” has a “~” without 0 or 1 after it")
        }
      }
      tokens.append(token)
    }
  }

  /// The pointer to a member of the node this points to.
  public func appending(_ name: String) -> Pointer { Pointer(tokens + [name]) }
  /// The pointer to an element of the list this points to.
  public func appending(_ index: Int) -> Pointer { Pointer(tokens + [String(index)]) }

  /// The string form of RFC 6901, empty for the root.
  public var description: String {
    tokens.map {
      "/"
        + $0.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
        .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
    }.joined()
  }
}

extension Value {
  /// The node that a pointer leads to, nil if there is none.
  public subscript(pointer: Pointer) -> Value? {
    var node = self
    for token in pointer.tokens {
      switch node {
      case .object(let members):
        guard let member = members[token] else { return nil }
        node = member
      case .array(let elements):
        guard let index = Value.index(token), elements.indices.contains(index) else { return nil }
        node = elements[index]
      default: return nil
      }
    }
    return node
  }

  /// An index as RFC 6901 §4 writes it: decimal digits without leading zeros.
  static func index(_ token: String) -> Int? {
    guard token.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") <= 9 }), token == "0" || !token.hasPrefix("0") else {
      return nil
    }
    return Int(token)
  }
}
