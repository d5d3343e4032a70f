/// The framing of Git's protocol: a length of four hex digits, itself included, then the payload; `0000` ends a part.
///
/// Source: Git's documentation, `gitprotocol-common`, "pkt-line Format".
enum PacketLines {
  /// The packet that ends a part.
  static let flush = Array("0000".utf8)

  /// One packet that holds a text.
  static func packet(_ text: String) -> [UInt8] {
    let length = String(text.utf8.count + 4, radix: 16)
    return Array((String(repeating: "0", count: max(0, 4 - length.count)) + length + text).utf8)
  }

  /// What stands at the start of some bytes.
  enum Head: Equatable {
    /// Fewer bytes than the packet has.
    case incomplete
    /// The end of a part; four bytes long.
    case flush
    /// A packet and its length, the four digits included.
    case packet(length: Int)
    /// No packet.
    case malformed
  }

  /// Looks at the start of some bytes.
  static func head(_ bytes: ArraySlice<UInt8>) -> Head {
    guard bytes.count >= 4 else { return .incomplete }
    guard let length = Int(String(decoding: bytes.prefix(4), as: UTF8.self), radix: 16), length >= 0 else {
      return .malformed
    }
    if length == 0 { return .flush }
    guard length >= 4 else { return .malformed }
    return bytes.count < length ? .incomplete : .packet(length: length)
  }
}

/// Fetching without history, which libgit2 learned in 1.7 only: the request that it writes gets a `deepen` packet, and
/// the part of the answer that it does not know is taken out.
///
/// Source: Git's documentation, `gitprotocol-pack`, "Packfile Negotiation".
struct Deepening {
  /// Whether a server offers it, from its answer to `info/refs`: the first reference lists the capabilities.
  static func isOffered(in advertisement: [UInt8]) -> Bool {
    guard let nul = advertisement.firstIndex(of: 0) else { return false }
    let line = advertisement[(nul + 1)...].prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: line, as: UTF8.self).split(separator: " ").contains("shallow")
  }

  /// Adds `deepen` to a request, before the flush packet that ends its wants.
  ///
  /// - Returns: The request unchanged if it does not start with wants and a flush.
  static func request(_ request: [UInt8], depth: Int) -> [UInt8] {
    var rest = request[...]
    while true {
      switch PacketLines.head(rest) {
      case .packet(let length): rest = rest.dropFirst(length)
      case .flush where rest.startIndex > 0:
        return request[..<rest.startIndex] + PacketLines.packet("deepen \(depth)\n") + rest
      case .flush, .incomplete, .malformed: return request
      }
    }
  }

  private var pending: [UInt8] = []
  private var isOver = false

  /// Takes a piece of the answer and returns what libgit2 may see of it.
  mutating func filter(_ chunk: [UInt8]) -> [UInt8] {
    if isOver { return chunk }
    pending += chunk
    var rest = pending[...]
    while true {
      switch PacketLines.head(rest) {
      case .incomplete:
        pending = Array(rest)
        return []
      case .packet(let length):
        let text = String(decoding: rest.dropFirst(4).prefix(length - 4), as: UTF8.self)
        guard text.hasPrefix("shallow ") || text.hasPrefix("unshallow ") else { return end(rest) }
        rest = rest.dropFirst(length)
      case .flush: return end(rest.dropFirst(4))
      case .malformed: return end(rest)
      }
    }
  }

  private mutating func end(_ rest: ArraySlice<UInt8>) -> [UInt8] {
    isOver = true
    pending = []
    return Array(rest)
  }

  /// What is left when the answer ends early: libgit2 shall see it and complain.
  mutating func finish() -> [UInt8] {
    defer { pending = [] }
    return pending
  }
}
