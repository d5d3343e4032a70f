public import Diagnostics
import Glibc

/// Finds a TCP port that nobody listens on.
///
/// The port of the API server must be known before the container is made: if the engine chose it, it would choose
/// another one at every start, and kubeconfigs would point nowhere.
public enum FreePort {
  /// Asks the operating system for a free port by binding to port 0; the port is free again when this returns.
  ///
  /// - Parameter address: An IPv4 or IPv6 address of this machine.
  /// - Returns: The port.
  /// - Throws: `Failure` if the address is not one of this machine's.
  public static func find(on address: String) throws(Failure) -> Int {
    let isIPv6 = address.contains(":")
    let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure(address, errno) }
    defer { close(descriptor) }
    return isIPv6 ? try bind6(descriptor, address) : try bind4(descriptor, address)
  }

  private static func bind4(_ descriptor: Int32, _ address: String) throws(Failure) -> Int {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    guard inet_pton(AF_INET, address, &name.sin_addr) == 1 else { throw failure(address, EINVAL) }
    try bind(descriptor, &name, address)
    return Int(UInt16(bigEndian: name.sin_port))
  }

  private static func bind6(_ descriptor: Int32, _ address: String) throws(Failure) -> Int {
    var name = sockaddr_in6()
    name.sin6_family = sa_family_t(AF_INET6)
    guard inet_pton(AF_INET6, address, &name.sin6_addr) == 1 else { throw failure(address, EINVAL) }
    try bind(descriptor, &name, address)
    return Int(UInt16(bigEndian: name.sin6_port))
  }

  /// Binds and reads back the name with the port the system chose.
  private static func bind<Name>(_ descriptor: Int32, _ name: inout Name, _ address: String) throws(Failure) {
    var length = socklen_t(MemoryLayout<Name>.size)
    let code = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw -> Int32 in
        guard Glibc.bind(descriptor, raw, length) == 0, getsockname(descriptor, raw, &length) == 0 else { return errno }
        return 0
      }
    }
    if code != 0 { throw failure(address, code) }
  }

  private static func failure(_ address: String, _ code: Int32) -> Failure {
    Failure(
      "no free port can be had on \(address)", cause: String(cString: strerror(code)),
      remedy: "choose a listen address of this machine", status: .cannotCreate)
  }
}
