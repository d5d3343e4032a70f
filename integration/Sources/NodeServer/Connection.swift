import Glibc

/// One connection: reads requests, hands them over, writes responses (HTTP/1.1, RFC 9112). Used by one thread.
public final class Connection {
  private let transport: any Transport
  private var buffered: [UInt8] = []
  private var responded = false
  private var streaming = false
  private var alive = true
  private var headRequest = false

  init(transport: any Transport) { self.transport = transport }

  /// Serves requests until either side ends the connection.
  func serve(_ handler: (ServerRequest, Connection) -> Void) {
    defer { transport.close() }
    while alive, let request = readRequest() {
      responded = false
      streaming = false
      headRequest = request.method == "HEAD"
      if request.headers["connection"]?.lowercased() == "close" { alive = false }
      handler(request, self)
      if streaming {
        endStream()
      } else if !responded {
        respond(status: 500, body: [])
      }
    }
  }

  // MARK: Responses

  /// Sends a complete response.
  public func respond(status: Int, headers: [(String, String)] = [], body: [UInt8]) {
    responded = true
    var head = "HTTP/1.1 \(status) \(reasonPhrase(status))\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(body.count)\r\n\r\n"
    if !transport.write(Array(head.utf8) + (headRequest ? [] : body)) { alive = false }
  }

  /// Starts a response of unknown length.
  public func beginStream(status: Int = 200, headers: [(String, String)]) {
    responded = true
    streaming = true
    var head = "HTTP/1.1 \(status) \(reasonPhrase(status))\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    head += "Transfer-Encoding: chunked\r\n\r\n"
    if !transport.write(Array(head.utf8)) { alive = false }
  }

  /// Sends a part of a streamed response; false if the client is gone.
  public func stream(_ bytes: [UInt8]) -> Bool {
    guard alive else { return false }
    let framed = Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + [13, 10]
    if !transport.write(framed) { alive = false }
    return alive
  }

  private func endStream() {
    guard alive else { return }
    if !transport.write(Array("0\r\n\r\n".utf8)) { alive = false }
  }

  /// What ended a wait.
  public enum Wake: Sendable { case signalled, timedOut, closed }

  /// Blocks until the descriptor is readable, the time is over, or the client ends the connection.
  /// - Parameters:
  ///   - signal: an eventfd.
  ///   - milliseconds: the longest wait; negative for no limit.
  /// - Returns: what happened first.
  public func wait(for signal: Int32, milliseconds: Int32) -> Wake {
    var descriptors = [
      pollfd(fd: signal, events: Int16(POLLIN), revents: 0),
      pollfd(fd: transport.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    let count = poll(&descriptors, 2, milliseconds)
    if count == 0 { return .timedOut }
    if descriptors[1].revents != 0 {
      // A client that waits for a stream sends nothing, so this is the end (or pipelining, which we do not serve).
      alive = false
      return .closed
    }
    return .signalled
  }

  // MARK: Requests

  private func readRequest() -> ServerRequest? {
    guard let head = readHead() else { return nil }
    var lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)[...]
    let parts = lines.popFirst()?.split(separator: " ") ?? []
    guard parts.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let name = line[..<colon].lowercased()
      let value = String(line[line.index(after: colon)...].drop { $0 == " " })
      headers[name] = headers[name].map { $0 + "," + value } ?? value
    }
    if headers["expect"]?.lowercased() == "100-continue" {
      guard transport.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) else { return nil }
    }
    guard let body = readBody(headers) else { return nil }
    return ServerRequest(
      method: String(parts[0]), target: String(parts[1]), headers: headers, body: body, peer: transport.peer)
  }

  private func readHead() -> String? {
    var searched = 0
    while true {
      if let end = endOfHead(from: searched) {
        let head = String(decoding: buffered[..<end], as: UTF8.self)
        buffered.removeFirst(end + 4)
        return head
      }
      searched = max(0, buffered.count - 3)
      guard buffered.count < 1 << 20, fill() else { return nil }
    }
  }

  private func endOfHead(from start: Int) -> Int? {
    guard buffered.count >= start + 4 else { return nil }
    for index in start...(buffered.count - 4)
    where buffered[index] == 13 && buffered[index + 1] == 10 && buffered[index + 2] == 13 && buffered[index + 3] == 10 {
      return index
    }
    return nil
  }

  private func readBody(_ headers: [String: String]) -> [UInt8]? {
    if headers["transfer-encoding"]?.lowercased().contains("chunked") == true { return readChunked() }
    guard let length = headers["content-length"].flatMap({ Int($0) }), length > 0 else { return [] }
    return take(length)
  }

  private func readChunked() -> [UInt8]? {
    var body: [UInt8] = []
    while true {
      guard let line = readLine(), let size = Int(line.split(separator: ";")[0], radix: 16) else { return nil }
      if size == 0 {
        while let trailer = readLine() { if trailer.isEmpty { return body } }
        return nil
      }
      guard let part = take(size), take(2) != nil else { return nil }
      body += part
    }
  }

  private func readLine() -> String? {
    while true {
      if let end = buffered.firstIndex(of: 10) {
        let line = String(decoding: buffered[..<end].filter { $0 != 13 }, as: UTF8.self)
        buffered.removeFirst(end + 1)
        return line
      }
      guard fill() else { return nil }
    }
  }

  private func take(_ count: Int) -> [UInt8]? {
    guard count <= 256 << 20 else { return nil }
    while buffered.count < count { guard fill() else { return nil } }
    let part = Array(buffered[..<count])
    buffered.removeFirst(count)
    return part
  }

  private func fill() -> Bool {
    let part = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
      count = max(0, transport.read(into: UnsafeMutableRawBufferPointer(buffer)))
    }
    buffered += part
    return !part.isEmpty
  }
}
