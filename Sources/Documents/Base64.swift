/// The base64 encoding with padding and the standard alphabet (RFC 4648 §4), as in the data of Kubernetes secrets.
public enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  /// Encodes bytes, without line breaks.
  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    var output: [UInt8] = []
    output.reserveCapacity((bytes.count + 2) / 3 * 4)
    var group: UInt32 = 0
    var count = 0
    for byte in bytes {
      group = group << 8 | UInt32(byte)
      count += 1
      if count == 3 {
        appendGroup(group, characters: 4, to: &output)
        (group, count) = (0, 0)
      }
    }
    if count > 0 { appendGroup(group << (8 * UInt32(3 - count)), characters: count + 1, to: &output) }
    return String(decoding: output, as: UTF8.self)
  }

  /// Encodes a text's UTF-8.
  public static func encode(_ text: String) -> String { encode(text.utf8) }

  /// Decodes a text; white space between the characters is skipped.
  ///
  /// - Returns: The bytes, or nil if the text is not base64 with padding.
  public static func decode(_ text: String) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(text.utf8.count / 4 * 3)
    var group: UInt32 = 0
    var count = 0
    var padding = 0
    for character in text.utf8 {
      switch character {
      case 0x20, 0x09, 0x0A, 0x0D: continue
      case UInt8(ascii: "="): padding += 1
      default:
        let value = values[Int(character)]
        guard value != 0xFF, padding == 0 else { return nil }
        group = group << 6 | UInt32(value)
        count += 1
      }
      guard padding <= 2 else { return nil }
      if count == 4 {
        output.append(UInt8(truncatingIfNeeded: group >> 16))
        output.append(UInt8(truncatingIfNeeded: group >> 8))
        output.append(UInt8(truncatingIfNeeded: group))
        (group, count) = (0, 0)
      }
    }
    switch (count, padding) {
    case (0, 0): break
    case (2, 2): output.append(UInt8(truncatingIfNeeded: group >> 4))
    case (3, 1):
      output.append(UInt8(truncatingIfNeeded: group >> 10))
      output.append(UInt8(truncatingIfNeeded: group >> 2))
    default: return nil
    }
    return output
  }

  /// Decodes a text whose bytes are text themselves.
  ///
  /// - Returns: The text, or nil if it is not base64 of UTF-8.
  public static func decodeText(_ text: String) -> String? {
    decode(text).flatMap { String(validating: $0, as: UTF8.self) }
  }

  private static func appendGroup(_ group: UInt32, characters: Int, to output: inout [UInt8]) {
    for index in 0..<4 {
      let shift = UInt32(18 - 6 * index)
      output.append(index < characters ? alphabet[Int(group >> shift & 0x3F)] : UInt8(ascii: "="))
    }
  }
}
