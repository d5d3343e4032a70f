import Glibc
import NodeServer

/// One connection of a program, and the one to its server that belongs to it. Used by one thread.
struct ProxiedConnection {
  /// What a proxy does besides passing on.
  struct Behaviour: Sendable {
    var server: String
    var plan: FaultPlan
    /// A new connection to the server.
    var dial: @Sendable () -> (any Transport)?
    /// For a moment nobody listens.
    var pause: @Sendable () -> Void
    /// Changes the body of a successful answer to a request; nil to leave it.
    var rewrite: @Sendable (_ target: String, _ body: [UInt8]) -> [UInt8]?
    /// Whether the answers to a request's target are to be read whole for ``rewrite``.
    var isRewritten: @Sendable (_ target: String) -> Bool
  }

  let client: any Transport
  let behaviour: Behaviour
  private var requests: MessageReader
  private var upstream: MessageReader?

  init(client: any Transport, behaviour: Behaviour) {
    self.client = client
    self.behaviour = behaviour
    requests = MessageReader(client)
  }

  /// Serves the connection to its end.
  mutating func run() {
    defer { upstream?.transport.close() }
    while var head = requests.head() {
      guard head.words.count == 3 else { break }
      let (method, target) = (String(head.words[0]), String(head.words[1]))
      let fault = behaviour.plan.decide(server: behaviour.server, method: method, target: target)
      if head["expect"]?.lowercased() == "100-continue" {
        head.remove("expect")
        guard client.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) else { break }
      }
      let framing = head.framing
      requests.beginBody(framing == .untilClose ? .none : framing)
      switch fault {
      case .refused:
        behaviour.pause()
        return client.reset()
      case .serverError, .conflict, .tooManyRequests:
        guard skipBody(), answer(with: fault) else { return client.close() }
        continue
      case .reset, .delayed, .truncated, .endless, nil: break
      }
      guard forward(head, framing), respond(method: method, target: target, fault) else { return }
    }
    client.close()
  }

  // MARK: The request

  private mutating func skipBody() -> Bool {
    while let piece = requests.piece() { if piece.isEmpty { return true } }
    return false
  }

  private mutating func forward(_ head: MessageReader.Head, _ framing: MessageReader.Framing) -> Bool {
    if upstream == nil {
      guard let transport = behaviour.dial() else {
        client.reset()
        return false
      }
      upstream = MessageReader(transport)
    }
    guard let server = upstream?.transport, server.write(head.bytes) else {
      client.reset()
      return false
    }
    if framing == .none || framing == .untilClose { return true }
    while let piece = requests.piece() {
      let bytes = framing == .chunked ? chunk(piece) : piece
      guard bytes.isEmpty || server.write(bytes) else { return false }
      if piece.isEmpty { return true }
    }
    return false
  }

  // MARK: The answer

  /// Passes on the answer; false when the connection is over (it is closed then).
  private mutating func respond(method: String, target: String, _ fault: Fault?) -> Bool {
    guard var server = upstream else { return false }
    defer { upstream = server }
    var found = server.head()
    while let head = found, (100..<200).contains(head.status), head.status != 101 { found = server.head() }
    guard var head = found else {
      client.reset()
      return false
    }
    if head.status == 101 { return tunnel(head, &server) }
    var framing = head.framing
    if method == "HEAD" || head.status == 204 || head.status == 304 { framing = .none }
    server.beginBody(framing)
    if fault == .delayed { usleep(1_500_000) }

    if behaviour.isRewritten(target), head.status == 200, fault == nil || fault == .delayed {
      guard let body = whole(&server), let changed = behaviour.rewrite(target, body) else {
        client.reset()
        return false
      }
      head.remove("transfer-encoding")
      head.remove("content-length")
      head.fields.append(("Content-Length", String(changed.count)))
      return client.write(head.bytes + changed) || close()
    }
    switch fault {
    case .reset, .truncated, .endless: return spoil(fault, head, framing, &server)
    default: return copy(head, framing, &server)
    }
  }

  private func copy(
    _ head: MessageReader.Head, _ framing: MessageReader.Framing, _ server: inout MessageReader
  ) -> Bool {
    guard client.write(head.bytes) else { return close() }
    if framing == .none { return true }
    while waitForServer(server), let piece = server.piece() {
      let bytes = framing == .chunked ? chunk(piece) : piece
      if !bytes.isEmpty, !client.write(bytes) { return close() }
      if piece.isEmpty { return framing == .untilClose ? close() : true }
    }
    client.reset()
    return false
  }

  /// Waits until the server says something; false if the program has hung up first.
  private func waitForServer(_ server: MessageReader) -> Bool {
    if server.hasBuffered { return true }
    var descriptors = [
      pollfd(fd: server.transport.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: client.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&descriptors, 2, -1) < 0, errno == EINTR {}
    return descriptors[0].revents != 0 || descriptors[1].revents == 0
  }

  private func spoil(
    _ fault: Fault?, _ head: MessageReader.Head, _ framing: MessageReader.Framing, _ server: inout MessageReader
  ) -> Bool {
    var head = head
    let first = framing != .none && waitForServer(server) ? server.piece() ?? [] : []
    switch fault {
    case .reset:
      // Without a body there is no middle of it: the head itself is cut.
      let bytes =
        first.isEmpty ? Array(head.bytes.dropLast(4)) : head.bytes + frame(first, framing).prefix(first.count / 2 + 3)
      _ = client.write(bytes)
      client.reset()
      return false
    case .truncated:
      let half = Array(first.prefix(first.count / 2))
      head.remove("transfer-encoding")
      head.remove("content-length")
      head.fields.append(("Content-Length", String(half.count)))
      head.fields.append(("Connection", "close"))
      _ = client.write(head.bytes + half)
      return close()
    default:
      head.remove("transfer-encoding")
      head.remove("content-length")
      head.fields.append(("Transfer-Encoding", "chunked"))
      guard client.write(head.bytes + (first.isEmpty ? [] : chunk(first))) else { return close() }
      while client.write(chunk([32])) { usleep(50_000) }
      return close()
    }
  }

  /// After `101 Switching Protocols` both sides write as they like.
  private func tunnel(_ head: MessageReader.Head, _ server: inout MessageReader) -> Bool {
    guard client.write(head.bytes) else { return close() }
    let (there, here) = (server.transport, client)
    var open = true
    while open {
      var descriptors = [there, here].map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      if poll(&descriptors, 2, -1) < 0 { continue }
      for (index, (from, to)) in [(there, here), (here, there)].enumerated() where descriptors[index].revents != 0 {
        let bytes = from.read()
        if bytes.isEmpty || !to.write(bytes) { open = false }
      }
    }
    return close()
  }

  private func answer(with fault: Fault?) -> Bool {
    let (status, phrase, reason) =
      switch fault {
      case .conflict: (409, "Conflict", "Conflict")
      case .tooManyRequests: (429, "Too Many Requests", "TooManyRequests")
      default: (500, "Internal Server Error", "InternalError")
      }
    // An object that both the engine (`message`) and the API server (`Status`) might send.
    let body =
      #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"injected fault","#
      + #""reason":"\#(reason)","code":\#(status)}"#
    var text =
      "HTTP/1.1 \(status) \(phrase)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
    if status == 429 { text += "Retry-After: 1\r\n" }
    return client.write(Array((text + "\r\n" + body).utf8))
  }

  private func whole(_ server: inout MessageReader) -> [UInt8]? {
    var body: [UInt8] = []
    while let piece = server.piece() {
      if piece.isEmpty { return body }
      body += piece
    }
    return nil
  }

  private func frame(_ bytes: [UInt8], _ framing: MessageReader.Framing) -> [UInt8] {
    framing == .chunked ? chunk(bytes) : bytes
  }

  private func chunk(_ bytes: [UInt8]) -> [UInt8] {
    Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + [13, 10]
  }

  private func close() -> Bool {
    client.close()
    return false
  }
}
