/// The header of a regular file in a tar archive (POSIX.1-1988, ustar).
///
/// A bundle is written without knowing how long its members will be: the header is written again once that is known,
/// which libarchive cannot do.
struct TarHeader: Sendable, Hashable {
  /// Headers and the content behind them fill whole blocks of so many bytes.
  static let blockSize = 512

  /// The name, at most 100 bytes.
  var name: String
  /// How many bytes follow.
  var size: Int64

  /// How many bytes follow with the filling of the last block.
  var paddedSize: Int64 { (size + 511) / 512 * 512 }

  /// The block.
  var bytes: [UInt8] {
    var block = [UInt8](repeating: 0, count: Self.blockSize)
    func put(_ text: String, at offset: Int) {
      block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    put(name, at: 0)
    put("0000644\0", at: 100)
    put("0000000\0", at: 108)
    put("0000000\0", at: 116)
    if size < 1 << 33 {
      put(Self.octal(size, digits: 11) + "\0", at: 124)
    } else {
      // Base 256, as GNU tar and everybody after it writes what eleven octal digits cannot hold.
      block[124] = 0x80
      for index in 0..<8 { block[135 - index] = UInt8(truncatingIfNeeded: size >> (8 * Int64(index))) }
    }
    put(Self.octal(0, digits: 11) + "\0", at: 136)
    put("0", at: 156)
    put("ustar\0" + "00", at: 257)
    put(Self.octal(Self.checksum(block), digits: 6) + "\0 ", at: 148)
    return block
  }

  /// A header; see the properties.
  init(name: String, size: Int64) {
    self.name = name
    self.size = size
  }

  /// Reads a block; nil if it is not such a header.
  init?(_ block: [UInt8]) {
    guard block.count == Self.blockSize, block[257..<262].elementsEqual("ustar".utf8), block[156] == 0x30,
      Self.number(block[148..<156]) == Self.checksum(block)
    else { return nil }
    if block[124] == 0x80 {
      size = block[128..<136].reduce(0) { $0 << 8 | Int64($1) }
    } else if let number = Self.number(block[124..<136]) {
      size = number
    } else {
      return nil
    }
    name = String(decoding: block[..<100].prefix { $0 != 0 }, as: UTF8.self)
    guard size >= 0 else { return nil }
  }

  private static func checksum(_ block: [UInt8]) -> Int64 {
    // The field itself counts as spaces.
    block.enumerated().reduce(0) { $0 + Int64((148..<156).contains($1.offset) ? 0x20 : $1.element) }
  }

  private static func octal(_ number: Int64, digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
    Int64(String(decoding: field.prefix { $0 != 0 && $0 != 0x20 }, as: UTF8.self), radix: 8)
  }
}
