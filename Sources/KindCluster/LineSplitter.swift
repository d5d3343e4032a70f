/// Cuts a stream of bytes into lines of text; carriage returns of a terminal are dropped.
struct LineSplitter: Sendable {
  /// Lines longer than this are cut, so that a stream without line ends cannot fill the memory.
  static let longest = 64 * 1024
  private var pending: [UInt8] = []

  /// Takes the next piece.
  ///
  /// - Parameter bytes: Bytes as they came.
  /// - Returns: The lines that are complete now, without their ends.
  mutating func take(_ bytes: [UInt8]) -> [String] {
    var complete: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || pending.count == Self.longest {
        complete.append(Self.text(pending))
        pending.removeAll(keepingCapacity: true)
        if byte == UInt8(ascii: "\n") { continue }
      }
      pending.append(byte)
    }
    return complete
  }

  /// What came after the last line end, as a line of its own.
  var rest: [String] { pending.isEmpty ? [] : [Self.text(pending)] }

  private static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
  }
}
