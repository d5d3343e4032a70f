import Glibc

/// A TCP socket that listens on a free port of 127.0.0.1 and says nothing.
final class ScriptedListener {
  let port: Int
  private let descriptor: Int32

  struct Failed: Error {}

  init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listens = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 1) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    self.descriptor = descriptor
    port = Int(UInt16(bigEndian: name.sin_port))
    if !listens { throw Failed() }
  }

  deinit { close(descriptor) }
}
