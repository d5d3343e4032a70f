/// Percent-encoding of URL parts (RFC 3986, section 2).
public enum PercentEncoding {
  /// Encodes one path segment: everything but the unreserved characters and `:@!$&'()*+,;=` is escaped, so a slash in
  /// the text stays part of the segment.
  public static func segment(_ text: String) -> String { encode(text, keeping: "-._~:@!$&'()*+,;=") }

  /// Encodes a path, keeping its slashes.
  public static func path(_ text: String) -> String { encode(text, keeping: "-._~:@!$&'()*+,;=/") }

  /// Encodes a name or value of a query: everything but the unreserved characters (RFC 3986, section 2.3) is escaped.
  public static func queryComponent(_ text: String) -> String { encode(text, keeping: "-._~") }

  /// A query with its leading `?`, empty when there are no items. Items keep their order.
  public static func query(_ items: [(name: String, value: String)]) -> String {
    if items.isEmpty { return "" }
    return "?" + items.map { "\(queryComponent($0.name))=\(queryComponent($0.value))" }.joined(separator: "&")
  }

  private static func encode(_ text: String, keeping kept: StaticString) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      let isPlain =
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: kept.withUTF8Buffer { $0.contains(byte) }
        }
      if isPlain {
        result.append(byte)
      } else {
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
