import Glibc

/// Looks names up as other programs of this machine do.
enum Resolver {
  /// The addresses of a name, as `getaddrinfo(3)` finds them: from `/etc/hosts`, DNS, and whatever else is set up.
  ///
  /// - Parameter name: A host name.
  /// - Returns: The addresses as text, without repetitions; empty if there is none.
  /// - Throws: `CancellationError`.
  static func addresses(of name: String) async throws -> [String] {
    // It blocks for as long as name servers are silent, so it gets a thread of its own.
    try await BlockingThread.value { lookUp(name) }
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

  /// The result of a closure that runs on a new thread. When nobody waits for it any longer, the thread is left to itself:
  /// nothing can stop it.
  ///
  /// - Parameter body: May block.
  /// - Returns: What the body returns.
  /// - Throws: `CancellationError`, at once.
  static func value<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value {
    let result = Promise<Value>()
    run { result.fulfil(body()) }
    return try await result.value()
  }

  private static func run(_ body: @escaping @Sendable () -> Void) {
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
