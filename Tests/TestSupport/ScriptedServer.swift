import Glibc
import Synchronization

/// A server that does what a script tells it, byte by byte: one connection at a time, on a thread of its own.
///
/// The script gets the connection and the number of the connection (from 0). The server stops when it is dropped.
public final class ScriptedServer: Sendable {
  /// What the server does with a connection, and which connection it is, counted from 0.
  public typealias Script = @Sendable (Connection, Int) -> Void

  let listener: Int32
  /// The port on 127.0.0.1, 0 for a unix socket.
  public let port: UInt16
  /// The path of the unix socket.
  public let path: String?
  private let counter = Counter()

  /// How many connections came so far.
  public var connections: Int { counter.count.withLock { $0 } }
  /// What URLs begin with.
  public var url: String { path == nil ? "http://127.0.0.1:\(port)" : "http://localhost" }

  /// The server could not be set up.
  public struct SetUpFailure: Error {
    let call: String
    let code: Int32
  }

  /// Listens on a free port of 127.0.0.1, or on a unix socket.
  public init(unixSocket: String? = nil, _ script: @escaping Script) throws {
    path = unixSocket
    let family = unixSocket == nil ? AF_INET : AF_UNIX
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    var boundPort: UInt16 = 0
    if let unixSocket {
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: unixSocket.utf8.prefix($0.count - 1)) }
      let code = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      if code != 0 { throw SetUpFailure(call: "bind", code: errno) }
    } else {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let code = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, length) | getsockname(descriptor, $0, &length)
        }
      }
      if code != 0 { throw SetUpFailure(call: "bind", code: errno) }
      boundPort = UInt16(bigEndian: address.sin_port)
    }
    listener = descriptor
    port = boundPort
    guard listen(listener, 16) == 0 else { throw SetUpFailure(call: "listen", code: errno) }
    Self.onThread { [listener, counter] in
      var number = 0
      while true {
        let accepted = accept(listener, nil, nil)
        if accepted < 0 { break }
        counter.add()
        // Small pieces go out as they are.
        var one: Int32 = 1
        setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        let current = number
        number += 1
        Self.onThread {
          let connection = Connection(descriptor: accepted)
          script(connection, current)
          connection.close()
        }
      }
      close(listener)
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    if let path { unlink(path) }
  }

  private final class Counter: Sendable {
    let count = Mutex(0)
    func add() { count.withLock { $0 += 1 } }
  }

  /// Runs a closure on a new thread.
  public static func onThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, Unmanaged.passRetained(Box(body)).toOpaque())
    pthread_detach(thread)
  }
}

/// The server's end of one connection; blocking calls on the server's thread.
public final class Connection: Sendable {
  /// The socket.
  public let descriptor: Int32
  private let state = Mutex((isClosed: false, unread: [UInt8]()))

  /// Takes a socket over.
  public init(descriptor: Int32) { self.descriptor = descriptor }

  /// Sends text; false when the other side is gone.
  @discardableResult
  public func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  /// Sends bytes; false when the other side is gone.
  @discardableResult
  public func send(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      let sent = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress?.advanced(by: offset), bytes.count - offset, Int32(MSG_NOSIGNAL))
      }
      if sent <= 0 { return false }
      offset += sent
    }
    return true
  }

  /// Some bytes; empty at the end or when the connection is lost.
  public func receive(_ limit: Int = 65536) -> [UInt8] {
    let unread = state.withLock { state in
      defer { state.unread = [] }
      return state.unread
    }
    if !unread.isEmpty { return unread }
    var buffer = [UInt8](repeating: 0, count: limit)
    let count = recv(descriptor, &buffer, limit, 0)
    return count > 0 ? Array(buffer[..<count]) : []
  }

  /// Reads a request's head, nil when the connection ends before, or begins with a TLS handshake.
  public func readHead() -> String? {
    var bytes: [UInt8] = []
    while true {
      let chunk = receive()
      // 22 is the record type of a handshake (RFC 8446, section 5.1); a client that gets no answer would wait for one.
      if chunk.isEmpty || (bytes.isEmpty && chunk[0] == 22) { return nil }
      bytes += chunk
      let end = Array("\r\n\r\n".utf8)
      if let at = bytes.firstRange(of: end) {
        state.withLock { $0.unread = Array(bytes[at.upperBound...]) }
        return String(decoding: bytes[..<at.upperBound], as: UTF8.self)
      }
    }
  }

  /// Reads exactly so many bytes, fewer if the connection ends.
  public func read(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let chunk = receive()
      if chunk.isEmpty { break }
      bytes += chunk
    }
    let extra = Array(bytes.dropFirst(count))
    state.withLock { $0.unread = extra }
    return Array(bytes.prefix(count))
  }

  /// Reads until the other side closes.
  public func waitForClose() { while !receive().isEmpty {} }

  /// Answers with a whole response.
  @discardableResult
  public func respond(_ status: String = "200 OK", headers: String = "", body: String = "") -> Bool {
    send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
  }

  /// Makes the close a reset.
  public func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    close()
  }

  /// Closes the connection, once.
  public func close() {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    if isFirst { Glibc.close(descriptor) }
  }
}
