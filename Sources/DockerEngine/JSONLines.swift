import Documents

/// Splits a stream of JSON texts, one after the other, as the engine sends progress and events.
///
/// Texts are told apart by their line ends; the engine writes each on a line of its own.
struct JSONLines {
  /// The longest accepted text in bytes.
  static let limit = 4 << 20

  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  private var pending: [UInt8] = []

  /// Takes a chunk and returns the texts that are complete.
  mutating func feed(_ chunk: [UInt8]) throws(Fault) -> [Value] {
    var values: [Value] = []
    var start = chunk.startIndex
    while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
      pending += chunk[start..<end]
      start = end + 1
      try takePending(into: &values)
    }
    pending += chunk[start...]
    if pending.count > Self.limit { throw Fault(description: "a message is longer than \(Self.limit) bytes") }
    return values
  }

  /// Returns the last text, which may lack its line end.
  mutating func finish() throws(Fault) -> [Value] {
    var values: [Value] = []
    try takePending(into: &values)
    return values
  }

  private mutating func takePending(into values: inout [Value]) throws(Fault) {
    defer { pending = [] }
    if pending.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { return }
    do {
      values.append(try JSON.parse(pending))
    } catch {
      throw Fault(description: "a message is not valid JSON: \(error)")
    }
  }
}
