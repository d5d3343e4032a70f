import Dispatch
import Glibc
import Testing

/// Accepts one connection and never says anything.
final class SilentServer: Sendable {
  let port: UInt16
  private let socket: Int32

  /// Starts; `connected` is called when a client is there.
  init(connected: @escaping @Sendable () -> Void) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = socket
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, address, &length) == 0
      }
    }
    try #require(bound)
    port = UInt16(bigEndian: address.sin_port)
    DispatchQueue(label: "silent-server").async {
      let connection = accept(listener, nil, nil)
      connected()
      var byte: UInt8 = 0
      while recv(connection, &byte, 1, 0) > 0 {}
      close(connection)
    }
  }

  deinit {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }
}
