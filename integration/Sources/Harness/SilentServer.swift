import Glibc

/// A server that takes connections and never says a word: for programs that must not wait for ever.
public final class SilentServer: Sendable {
  private let descriptor: Int32
  /// The port on 127.0.0.1.
  public let port: UInt16

  /// Listens on the loopback interface.
  /// - Parameter port: the port; 0 for a free one.
  /// - Throws: ``ProgramError`` if there is none.
  public init(port: UInt16 = 0) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listens = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    guard listens else { throw ProgramError("listen: \(String(cString: strerror(errno)))") }
    self.descriptor = descriptor
    self.port = UInt16(bigEndian: name.sin_port)
  }

  deinit { close(descriptor) }
}
