import Dispatch
import FoundationEssentials
import Glibc
import Synchronization
import Testing

/// A small HTTP server on the loopback address that runs the real `git http-backend` for each request.
final class GitServer: Sendable {
  struct Request: Sendable {
    var method = ""
    var path = ""
    var query = ""
    var headers: [String: String] = [:]
    var body: [UInt8] = []
  }

  /// The text of a whole response, for requests that git shall not see; nil for git's own answer.
  typealias Interception = @Sendable (Request) -> String?

  let port: UInt16
  private let socket: Int32
  private let root: String
  private let interception: Interception
  private let log = Mutex<[Request]>([])

  var url: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { log.withLock { $0 } }

  /// Serves the bare repositories below `root`.
  init(root: String, interception: @escaping Interception = { _ in nil }) throws {
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
    self.root = root
    self.interception = interception
    let server = Unowned(self)
    DispatchQueue(label: "git-server").async {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        DispatchQueue(label: "git-server.connection").async { server.value?.serve(connection) }
      }
    }
  }

  deinit {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    guard let request = Self.readRequest(connection) else { return }
    log.withLock { $0.append(request) }
    let answer = interception(request).map { Array($0.utf8) } ?? gitAnswer(request)
    var rest = answer[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private func gitAnswer(_ request: Request) -> [UInt8] {
    let output = try? Program.run(
      Program.httpBackend, [], input: request.body,
      environment: [
        "GIT_PROJECT_ROOT": root, "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": request.path, "HOME": root,
        "QUERY_STRING": request.query, "REQUEST_METHOD": request.method, "PATH": "/usr/bin:/bin",
        "CONTENT_TYPE": request.headers["content-type"] ?? "", "CONTENT_LENGTH": "\(request.body.count)",
        "REMOTE_USER": "peer", "REMOTE_ADDR": "127.0.0.1", "GIT_CONFIG_NOSYSTEM": "1",
      ])
    let bytes = output?.bytes ?? []
    let head = String(decoding: bytes.prefix(300), as: UTF8.self)
    let status = head.hasPrefix("Status: ") ? head.dropFirst(8).prefix { $0 != "\r\n" } : "200 OK"
    return Array("HTTP/1.1 \(status)\r\nConnection: close\r\n".utf8) + bytes
  }

  private static func readRequest(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    func more() -> Bool {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count > 0 { bytes += buffer.prefix(count) }
      return count > 0
    }
    let end = Array("\r\n\r\n".utf8)
    var headEnd = bytes.firstRange(of: end)
    while headEnd == nil {
      guard more() else { return nil }
      headEnd = bytes.firstRange(of: end)
    }
    guard let headEnd else { return nil }
    let lines = String(decoding: bytes[..<headEnd.lowerBound], as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ")
    var request = Request()
    request.method = String(words[0])
    let target = words[1].split(separator: "?", maxSplits: 1)
    request.path = String(target[0])
    request.query = target.count > 1 ? String(target[1]) : ""
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { request.headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
    }
    let length = Int(request.headers["content-length"] ?? "0") ?? 0
    if request.headers["expect"] != nil {
      _ = "HTTP/1.1 100 Continue\r\n\r\n".withCString { send(connection, $0, 25, 0) }
    }
    while bytes.count < headEnd.upperBound + length {
      guard more() else { return nil }
    }
    request.body = Array(bytes[headEnd.upperBound...].prefix(length))
    return request
  }
}

/// The accepting thread must not keep the server alive.
private final class Unowned: @unchecked Sendable {
  weak var value: GitServer?  // Loading a weak reference is atomic.

  init(_ value: GitServer) { self.value = value }
}
