import Glibc

/// A socket could not be made ready.
public struct ListenError: Error, CustomStringConvertible {
  /// The operation and the system's reason.
  public let description: String

  init(_ operation: String, _ code: Int32) { description = "\(operation): \(String(cString: strerror(code)))" }
}

/// A listening socket that gives each connection a thread of its own.
public struct Listener: Sendable {
  private let descriptor: Int32
  /// The TCP port, 0 for a Unix socket.
  public let port: UInt16

  /// Listens on every IPv4 address.
  /// - Parameters:
  ///   - port: 0 for any free one.
  ///   - address: the local address.
  /// - Throws: ``ListenError`` if the port is taken.
  public init(port: UInt16, address: String = "0.0.0.0") throws(ListenError) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw ListenError("socket", errno) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    inet_pton(AF_INET, address, &name.sin_addr)
    let descriptor = descriptor
    let bound = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard bound == 0 else { throw ListenError("bind port \(port)", errno) }
    guard listen(descriptor, 128) == 0 else { throw ListenError("listen", errno) }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    self.port = UInt16(bigEndian: name.sin_port)
  }

  /// Listens on a Unix socket, replacing what is at the path.
  public init(unixSocket path: String) throws(ListenError) {
    port = 0
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw ListenError("socket", errno) }
    unlink(path)
    let descriptor = descriptor
    let bound = withUnixAddress(path) { bind(descriptor, $0, $1) }
    guard bound == 0 else { throw ListenError("bind \(path)", errno) }
    guard listen(descriptor, 128) == 0 else { throw ListenError("listen", errno) }
  }

  /// Serves until the process ends, on threads of its own.
  /// - Parameters:
  ///   - tls: asked for each connection; nil to serve plain HTTP. A connection without a context is closed.
  ///   - handler: called on the connection's thread.
  public func serve(
    tls: (@Sendable () -> TLSServerContext?)?, _ handler: @escaping @Sendable (ServerRequest, Connection) -> Void
  ) {
    serveConnections(tls: tls) { Connection(transport: $0).serve(handler) }
  }

  /// Ends listening: who connects from now on is refused. Connections that there are go on.
  public func stop() {
    // Wakes the thread that accepts, which then ends.
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  /// Serves whole connections until ``stop()``, each on a thread of its own.
  /// - Parameters:
  ///   - tls: asked for each connection; nil to serve without TLS. A connection without a context is closed.
  ///   - handler: called on the connection's thread; must close the connection.
  public func serveConnections(
    tls: (@Sendable () -> TLSServerContext?)?, _ handler: @escaping @Sendable (any Transport) -> Void
  ) {
    signal(SIGPIPE, SIG_IGN)
    let descriptor = descriptor
    startThread {
      while true {
        let accepted = accept(descriptor, nil, nil)
        guard accepted >= 0 else {
          if errno == EINTR || errno == ECONNABORTED { continue }
          return
        }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        startThread {
          var yes: Int32 = 1
          setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
          guard let tls else { return handler(PlainTransport(descriptor: accepted)) }
          guard let context = tls() else {
            close(accepted)
            return
          }
          guard let transport = context.accept(accepted) else { return }
          handler(transport)
        }
      }
    }
  }
}

func withUnixAddress<Result>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
  var name = sockaddr_un()
  name.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &name.sun_path) { space in
    for (index, byte) in path.utf8.prefix(space.count - 1).enumerated() { space[index] = byte }
  }
  return withUnsafePointer(to: &name) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
  }
}

/// Runs a body on a new detached thread.
public func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let box = Unmanaged.passRetained(Box(body))
  var thread = pthread_t()
  let result = pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
  guard result == 0 else { return box.release() }
  pthread_detach(thread)
}
