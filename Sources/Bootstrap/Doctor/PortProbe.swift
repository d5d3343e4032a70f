import Diagnostics
import Glibc

/// Finds out whether a TCP port is free, and who has it if not.
enum PortProbe {
  /// Refuses what is no address to listen at.
  ///
  /// - Parameter text: The value of `--listen-address`.
  /// - Throws: `Failure` with the status `usage` unless it is an IPv4 or IPv6 address.
  static func requireAddress(_ text: String) throws(Failure) {
    var bytes = in6_addr()
    guard inet_pton(AF_INET, text, &bytes) == 1 || inet_pton(AF_INET6, text, &bytes) == 1 else {
      throw Failure(
        "--listen-address \(text) is not an IP address",
        remedy: "use one of this machine, such as 127.0.0.1, or 0.0.0.0",
        status: .usage)
    }
  }

  /// Whether a port can be listened at, as the engine will try to.
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - address: An IPv4 or IPv6 address of this machine.
  /// - Returns: False if somebody listens there; true also if it cannot be found out.
  static func isFree(_ port: Int, on address: String) -> Bool {
    let isIPv6 = address.contains(":")
    let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    // Connections that are just ending do not count.
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    let code: Int32
    if isIPv6 {
      var name = sockaddr_in6()
      name.sin6_family = sa_family_t(AF_INET6)
      name.sin6_port = UInt16(truncatingIfNeeded: port).bigEndian
      guard inet_pton(AF_INET6, address, &name.sin6_addr) == 1 else { return true }
      code = bind(descriptor, &name)
    } else {
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
      guard inet_pton(AF_INET, address, &name.sin_addr) == 1 else { return true }
      code = bind(descriptor, &name)
    }
    return code != EADDRINUSE
  }

  private static func bind<Name>(_ descriptor: Int32, _ name: inout Name) -> Int32 {
    let length = socklen_t(MemoryLayout<Name>.size)
    return withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        // Listening too: with SO_REUSEADDR alone, binding succeeds beside a socket that is bound and does not listen.
        Glibc.bind(descriptor, raw, length) == 0 && listen(descriptor, 1) == 0 ? 0 : errno
      }
    }
  }

  /// The processes that listen at a port of any address, from the kernel's tables
  /// (<https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html>).
  ///
  /// - Parameters:
  ///   - port: The port.
  ///   - system: This machine.
  /// - Returns: For instance `nginx (process 4711)`; empty if none may be seen.
  static func processes(at port: Int, _ system: SystemView) -> [String] {
    var sockets: Set<String> = []
    for table in ["net/tcp", "net/tcp6"] {
      let lines = (system.read("\(system.processRoot)/\(table)") ?? "").split(separator: "\n").dropFirst()
      for line in lines {
        let fields = line.split(separator: " ", omittingEmptySubsequences: true)
        // Fields: number, local address, remote address, state (0A: listening), …, inode.
        guard fields.count > 9, fields[3] == "0A", let colon = fields[1].lastIndex(of: ":"),
          Int(fields[1][fields[1].index(after: colon)...], radix: 16) == port
        else { continue }
        sockets.insert("socket:[\(fields[9])]")
      }
    }
    if sockets.isEmpty { return [] }
    var found: [String] = []
    for process in system.names(system.processRoot) where process.allSatisfy(\.isNumber) {
      let directory = "\(system.processRoot)/\(process)"
      let holds = system.names("\(directory)/fd").contains { name in
        system.link("\(directory)/fd/\(name)").map(sockets.contains) == true
      }
      guard holds else { continue }
      let name = system.read("\(directory)/comm")?.split(separator: "\n").first.map(String.init) ?? "a program"
      found.append("\(name) (process \(process))")
    }
    return found
  }
}
