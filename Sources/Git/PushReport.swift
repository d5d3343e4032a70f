/// A server's answer to a push.
///
/// Source: Git's documentation, `gitprotocol-pack`, "Report Status", within packets of `gitprotocol-capabilities`,
/// "side-band-64k".
struct PushReport {
  private var unread: [UInt8] = []
  private var status: [UInt8] = []
  private var said = ""
  private var unpacked: String?
  private var isMoved = false
  private var refusal: String?

  /// Whether the pack was taken and the reference moved.
  var isAccepted: Bool { unpacked == "ok" && isMoved && refusal == nil }

  /// Why not, in the server's words.
  var reason: String {
    let words =
      refusal ?? unpacked.flatMap { $0 == "ok" ? nil : "unpacking failed: \($0)" }
      ?? "the server's answer is incomplete"
    let lines = said.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
    return lines.isEmpty ? words : "\(words); the server says: \(lines.joined(separator: " "))"
  }

  /// Takes a piece of the answer.
  mutating func take(_ bytes: ArraySlice<UInt8>) {
    unread += bytes
    var rest = unread[...]
    reading: while true {
      switch PacketLines.head(rest) {
      case .packet(let length):
        takeBand(rest.dropFirst(4).prefix(length - 4))
        rest = rest.dropFirst(length)
      case .flush: rest = rest.dropFirst(4)
      case .incomplete, .malformed: break reading
      }
    }
    unread = Array(rest)
  }

  /// The first band is the report, in packets of its own; the second is for people, the third an error.
  private mutating func takeBand(_ packet: ArraySlice<UInt8>) {
    switch packet.first {
    case 1:
      status += packet.dropFirst()
      takeStatus()
    case 2 where said.utf8.count < 8192: said += String(decoding: packet.dropFirst(), as: UTF8.self)
    case 3: refusal = String(decoding: packet.dropFirst(), as: UTF8.self)
    default: break
    }
  }

  private mutating func takeStatus() {
    var rest = status[...]
    while case .packet(let length) = PacketLines.head(rest) {
      let line =
        String(decoding: rest.dropFirst(4).prefix(length - 4), as: UTF8.self).split(separator: "\n").first ?? ""
      if line.hasPrefix("unpack ") { unpacked = String(line.dropFirst("unpack ".count)) }
      if line.hasPrefix("ok ") { isMoved = true }
      if line.hasPrefix("ng ") { refusal = String(line.dropFirst("ng ".count)) }
      rest = rest.dropFirst(length)
    }
    status = Array(rest)
  }
}
