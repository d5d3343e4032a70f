import NodeServer

/// Reads HTTP/1.1 messages from a connection (RFC 9112), bodies in pieces.
struct MessageReader {
  /// How long a body is.
  enum Framing: Equatable {
    case none
    case length(Int)
    case chunked
    case untilClose
  }

  /// The first line and the header fields of a message.
  struct Head {
    var start: String
    var fields: [(name: String, value: String)]

    subscript(_ name: String) -> String? {
      fields.first { $0.name.lowercased() == name }?.value
    }

    mutating func remove(_ name: String) { fields.removeAll { $0.name.lowercased() == name } }

    var bytes: [UInt8] {
      var text = start + "\r\n"
      for (name, value) in fields { text += "\(name): \(value)\r\n" }
      return Array((text + "\r\n").utf8)
    }

    var words: [Substring] { start.split(separator: " ", maxSplits: 2) }
    var status: Int { words.count > 1 ? Int(words[1]) ?? 0 : 0 }

    var framing: Framing {
      if self["transfer-encoding"]?.lowercased().contains("chunked") == true { return .chunked }
      if let length = self["content-length"].flatMap({ Int($0) }) { return length == 0 ? .none : .length(length) }
      return .untilClose
    }
  }

  let transport: any Transport
  private var buffered: [UInt8] = []
  private var left = 0
  private var framing = Framing.none

  init(_ transport: any Transport) { self.transport = transport }

  /// Whether bytes are at hand without asking the socket.
  var hasBuffered: Bool { !buffered.isEmpty || transport.hasBuffered }

  /// The next head; nil at the end of the connection.
  mutating func head() -> Head? {
    while true {
      if let end = buffered.firstRange(of: [13, 10, 13, 10]) {
        let lines = String(decoding: buffered[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        buffered.removeFirst(end.upperBound)
        guard let start = lines.first else { return nil }
        let fields = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
          guard let colon = line.firstIndex(of: ":") else { return nil }
          return (String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        return Head(start: String(start), fields: fields)
      }
      guard buffered.count < 1 << 20, fill() else { return nil }
    }
  }

  /// Begins a body.
  mutating func beginBody(_ framing: Framing) {
    self.framing = framing
    if case .length(let count) = framing { left = count } else { left = 0 }
  }

  /// The next piece of the body's content, without its framing; empty at the end, nil if the connection broke.
  mutating func piece() -> [UInt8]? {
    switch framing {
    case .none: return []
    case .length:
      if left == 0 { return [] }
      return takeSome()
    case .untilClose:
      if buffered.isEmpty { buffered = transport.read() }
      defer { buffered = [] }
      return buffered
    case .chunked:
      if left == 0 {
        guard let size = line().flatMap({ Int($0.split(separator: ";")[0], radix: 16) }) else { return nil }
        if size == 0 {
          while let trailer = line() {
            if trailer.isEmpty {
              framing = .none
              return []
            }
          }
          return nil
        }
        left = size
      }
      guard let part = takeSome() else { return nil }
      if left == 0, line() == nil { return nil }
      return part
    }
  }

  private mutating func takeSome() -> [UInt8]? {
    if buffered.isEmpty, !fill() { return nil }
    let part = Array(buffered.prefix(left))
    buffered.removeFirst(part.count)
    left -= part.count
    return part
  }

  private mutating func line() -> String? {
    while true {
      if let end = buffered.firstIndex(of: 10) {
        let line = String(decoding: buffered[..<end].filter { $0 != 13 }, as: UTF8.self)
        buffered.removeFirst(end + 1)
        return line
      }
      guard fill() else { return nil }
    }
  }

  private mutating func fill() -> Bool {
    let part = transport.read()
    buffered += part
    return !part.isEmpty
  }
}
