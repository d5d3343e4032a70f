import Diagnostics
public import Documents

/// The values for the placeholders in embedded manifests: `{{ .Host }}`.
///
/// Placeholders are filled in after the YAML is read, so that no value can change a document's structure: a text that
/// is nothing but a placeholder becomes the value with its type, in any other text the value's text is put in.
/// Placeholders stand in texts and in the names of members. A name that has no value is an error.
public struct ManifestTemplate: Sendable {
  /// The values by name, without the leading dot.
  public var values: [String: Value]

  /// Values by name.
  public init(_ values: [String: Value]) { self.values = values }

  /// A copy of a value with all placeholders filled in.
  ///
  /// - Parameters:
  ///   - value: Any value.
  ///   - source: The name of the file for errors.
  /// - Returns: The copy.
  /// - Throws: `DocumentError` for an unknown or damaged placeholder.
  public func filled(_ value: Value, source: String) throws(DocumentError) -> Value {
    switch value {
    case .string(let text): return try filled(text, source: source)
    case .array(let elements):
      var result: [Value] = []
      result.reserveCapacity(elements.count)
      for element in elements { result.append(try filled(element, source: source)) }
      return .array(result)
    case .object(let members):
      var result = Object(minimumCapacity: members.count)
      for (key, member) in members {
        let key = try filled(key, source: source)
        result[key.stringValue ?? JSON.string(key)] = try filled(member, source: source)
      }
      return .object(result)
    default: return value
    }
  }

  private func filled(_ text: String, source: String) throws(DocumentError) -> Value {
    // Most texts have no placeholder; braces are rare.
    guard text.utf8.contains(UInt8(ascii: "{")), text.contains("{{") else { return .string(text) }
    var result = ""
    var rest = Substring(text)
    while let opening = rest.firstRange(of: "{{") {
      guard let closing = rest[opening.upperBound...].firstRange(of: "}}") else {
        throw DocumentError(source: source, "a placeholder without end in “\(text)”")
      }
      let name = rest[opening.upperBound..<closing.lowerBound].filter { $0 != " " }
      guard name.hasPrefix("."), let value = values[String(name.dropFirst())] else {
        throw DocumentError(source: source, "the placeholder “\(name)” in “\(text)” is unknown")
      }
      if opening.lowerBound == text.startIndex, closing.upperBound == text.endIndex { return value }
      result += rest[..<opening.lowerBound]
      result += value.stringValue ?? JSON.string(value)
      rest = rest[closing.upperBound...]
    }
    return .string(result + rest)
  }
}

extension Substring {
  /// Where a short ASCII text first stands.
  fileprivate func firstRange(of pattern: StaticString) -> Range<Index>? {
    let wanted = pattern.withUTF8Buffer { Array($0) }
    var start = utf8.startIndex
    while start < utf8.endIndex {
      if utf8[start...].starts(with: wanted), let end = utf8.index(start, offsetBy: wanted.count, limitedBy: endIndex) {
        return start..<end
      }
      start = utf8.index(after: start)
    }
    return nil
  }
}
