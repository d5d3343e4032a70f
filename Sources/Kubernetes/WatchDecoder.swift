import Documents

/// Cuts the body of a watch into events: JSON objects, one on each line.
///
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes>
struct WatchDecoder {
  /// An event as the server sends it.
  struct Event: Equatable {
    let type: String
    let object: Value
  }

  private let limit: Int
  private var partial: [UInt8] = []

  /// - Parameter limit: The length of the longest accepted line, in bytes.
  init(limit: Int) { self.limit = limit }

  /// Takes the next bytes of the body.
  ///
  /// - Returns: The events that are complete now.
  /// - Throws: ``WatchFault`` for a line that is too long or no event; the watch cannot go on then.
  mutating func feed(_ chunk: [UInt8]) throws(WatchFault) -> [Event] {
    var events: [Event] = []
    var rest = chunk[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest[..<end]
      rest = rest[(end + 1)...]
      try checkLength(adding: line.count)
      if partial.isEmpty {
        try decode(Array(line), into: &events)
      } else {
        partial += line
        let whole = partial
        partial = []
        try decode(whole, into: &events)
      }
    }
    try checkLength(adding: rest.count)
    partial += rest
    return events
  }

  private func checkLength(adding count: Int) throws(WatchFault) {
    guard partial.count + count <= limit else { throw WatchFault(message: "an event is larger than \(limit) bytes") }
  }

  private func decode(_ line: [UInt8], into events: inout [Event]) throws(WatchFault) {
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return }
    let value: Value
    do throws(DocumentError) {
      value = try JSON.parse(line)
    } catch {
      throw WatchFault(message: "an event is not JSON: \(error)")
    }
    guard let type = value["type"].stringValue, case .object = value["object"] else {
      throw WatchFault(message: "an event has no type or no object")
    }
    events.append(Event(type: type, object: value["object"]))
  }
}

/// What makes a watch's body unusable.
struct WatchFault: Error {
  let message: String
}
