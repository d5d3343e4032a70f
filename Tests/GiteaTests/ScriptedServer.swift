import Dispatch
import Glibc
import Synchronization
import Testing

/// An HTTP server on the loopback address that gives prepared answers.
final class ScriptedServer: Sendable {
  struct Request: Sendable {
    /// `GET /api/v1/user`
    var line: String
    var headers: [String: String]
    var body: String
  }

  let port: UInt16
  private let socket: Int32
  private let log = Mutex<[Request]>([])

  var url: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { log.withLock { $0 } }

  /// A whole response with a JSON body.
  static func json(_ status: Int, _ body: String) -> String {
    let head = "HTTP/1.1 \(status) Answer\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
    return head + "Connection: close\r\n\r\n" + body
  }

  /// Starts; `answer` gives the text of a whole response, and the connection is closed after it.
  init(_ answer: @escaping @Sendable (Request) -> String) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = socket
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    try #require(bound)
    port = UInt16(bigEndian: address.sin_port)
    let server = Weak(self)
    DispatchQueue(label: "scripted-server").async {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        if let request = Self.read(connection) {
          server.value?.log.withLock { $0.append(request) }
          let text = Array(answer(request).utf8)
          _ = send(connection, text, text.count, Int32(MSG_NOSIGNAL))
        }
        close(connection)
      }
    }
  }

  deinit {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
          let parts = line.split(separator: ":", maxSplits: 1)
          if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
        }
        let length = Int(headers["content-length"] ?? "0") ?? 0
        if bytes.count >= end.upperBound + length {
          let words = lines[0].split(separator: " ")
          let body = String(decoding: bytes[end.upperBound...].prefix(length), as: UTF8.self)
          return Request(line: words.prefix(2).joined(separator: " "), headers: headers, body: body)
        }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer.prefix(count)
    }
  }
}

/// The accepting thread must not keep the server alive.
private final class Weak: @unchecked Sendable {
  weak var value: ScriptedServer?  // Loading a weak reference is atomic.

  init(_ value: ScriptedServer) { self.value = value }
}
