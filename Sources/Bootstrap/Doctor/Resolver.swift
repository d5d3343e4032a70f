import Glibc

/// Looks names up as other programs of this machine do.
enum Resolver {
  /// The addresses of a name, as `getaddrinfo(3)` finds them: from `/etc/hosts`, DNS, and whatever else is set up.
  ///
  /// - Parameter name: A host name.
  /// - Returns: The addresses as text, without repetitions; empty if there is none.
  static func addresses(of name: String) async -> [String] {
    await withCheckedContinuation { continuation in
      // It blocks for as long as name servers are silent, so it gets a thread of its own.
      BlockingThread.run { continuation.resume(returning: lookUp(name)) }
    }
  }

  private static func lookUp(_ name: String) -> [String] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var found: [String] = []
    var entry = list
    while let current = entry {
      var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let code = getnameinfo(
        current.pointee.ai_addr, current.pointee.ai_addrlen, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
      let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if code == 0, !found.contains(text) { found.append(text) }
      entry = current.pointee.ai_next
    }
    return found
  }
}

/// A thread for one call that blocks.
enum BlockingThread {
  private final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs a closure on a new thread.
  static func run(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.takeRetainedValue().body()
      return
    }
    pthread_detach(thread)
  }
}
