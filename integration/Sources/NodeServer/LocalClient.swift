import Glibc

/// A request over the node's own socket, as the programs of the node make them.
public enum LocalClient {
  /// Sends one request and reads the whole response.
  /// - Returns: the status and the body; nil if nobody answers.
  public static func send(
    socket path: String, method: String, target: String, contentType: String = "application/json", body: [UInt8] = []
  ) -> (status: Int, body: [UInt8])? {
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    let transport = PlainTransport(descriptor: descriptor)
    defer { transport.close() }
    guard withUnixAddress(path, { connect(descriptor, $0, $1) }) == 0 else { return nil }
    let head =
      "\(method) \(target) HTTP/1.1\r\nHost: node\r\nConnection: close\r\nContent-Type: \(contentType)\r\n"
      + "Content-Length: \(body.count)\r\n\r\n"
    guard transport.write(Array(head.utf8) + body) else { return nil }
    var answer: [UInt8] = []
    while true {
      let part = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
        count = max(0, transport.read(into: UnsafeMutableRawBufferPointer(buffer)))
      }
      if part.isEmpty { break }
      answer += part
    }
    guard let end = answer.firstRange(of: [13, 10, 13, 10]) else { return nil }
    let line = String(decoding: answer[..<end.lowerBound], as: UTF8.self).split(separator: " ", maxSplits: 2)
    guard line.count >= 2, let status = Int(line[1]) else { return nil }
    return (status, Array(answer[end.upperBound...]))
  }
}
