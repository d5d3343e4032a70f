import Diagnostics
import Synchronization
import TestSupport
import Testing

@testable import HTTP

@Suite("Hostile and broken servers", .timeLimit(.minutes(1)))
struct HostileServerTests {
  let soon = Deadline.after(.seconds(30))

  /// What a client gets from a server that sends this and closes.
  func fetch(
    deadline: Deadline? = nil, _ request: Request? = nil,
    _ script: @escaping @Sendable (Connection) -> Void
  ) async throws -> (body: [UInt8], error: HTTPError?) {
    let server = try ScriptedServer { connection, _ in
      if connection.readHead() != nil { script(connection) }
    }
    var request = request ?? Request(.get, "")
    request.url = server.url
    var body: [UInt8] = []
    do throws(HTTPError) {
      let response = try await Client().send(request, deadline: deadline ?? soon)
      for try await chunk in response.body { body += chunk }
      return (body, nil)
    } catch {
      return (body, error)
    }
  }

  @Test("a body that ends before its announced length is an error, after what came of it")
  func truncated() async throws {
    let (body, error) = try await fetch { $0.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") }
    #expect(body == Array("abc".utf8))
    #expect(error?.code == .closedEarly)
  }

  @Test(
    "a chunked body that is cut off anywhere is an error",
    arguments: [
      "5", "5\r", "5\r\n", "5\r\nab", "5\r\nabcde", "5\r\nabcde\r\n", "5\r\nabcde\r\n0", "5\r\nabcde\r\n0\r\n",
    ])
  func truncatedChunks(sent: String) async throws {
    let (_, error) = try await fetch { $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + sent) }
    #expect(error?.code == .closedEarly)
  }

  @Test("a chunked response is read however it is split")
  func splitAnywhere() async throws {
    let text =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n3;x=y\r\nabc\r\na\r\n0123456789\r\n0\r\nT: r\r\n\r\n"
    let bytes = Array(text.utf8)
    let server = try ScriptedServer { connection, _ in
      // Each request's path says after which byte the response is split; 0 means after each.
      while let head = connection.readHead() {
        let split = Int(head.split(separator: " ")[1].dropFirst()) ?? 0
        let pieces = split == 0 ? bytes.map { [$0] } : [Array(bytes[..<split]), Array(bytes[split...])]
        for piece in pieces { connection.send(piece) }
      }
    }
    let client = Client()
    for split in 0..<bytes.count {
      let response = try await client.send(Request(.get, "\(server.url)/\(split)"), deadline: soon)
      #expect(response.headers["x-a"] == "b")
      #expect(try await response.collect() == Array("abc0123456789".utf8), "split after \(split)")
    }
    #expect(server.connections == 1)
  }

  @Test("a malformed chunk is a protocol violation")
  func malformedChunk() async throws {
    let (_, error) = try await fetch { $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n") }
    #expect(error?.code == .protocolViolation)
  }

  @Test("what is not HTTP is a protocol violation")
  func notHTTP() async throws {
    let (_, error) = try await fetch { $0.send("SSH-2.0-OpenSSH_9.2\r\n") }
    #expect(error?.code == .protocolViolation)
  }

  @Test("a header without end is refused at the limit")
  func oversizedHeader() async throws {
    let (_, error) = try await fetch { connection in
      connection.send("HTTP/1.1 200 OK\r\n")
      while connection.send("X-Field: " + String(repeating: "x", count: 1000) + "\r\n") {}
    }
    #expect(error?.code == .tooLarge)
  }

  @Test("a header line without end is refused")
  func oversizedLine() async throws {
    let (_, error) = try await fetch { connection in
      connection.send("HTTP/1.1 200 OK\r\nX-Field: ")
      while connection.send(String(repeating: "x", count: 1000)) {}
    }
    #expect(error != nil)
  }

  @Test("a connection reset in the body is an error")
  func reset() async throws {
    let (_, error) = try await fetch { connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
      connection.reset()
    }
    #expect(error?.code == .closedEarly)
  }

  @Test("a connection closed without a word is an error")
  func closedAtOnce() async throws {
    let (_, error) = try await fetch { _ in }
    #expect(error?.code == .closedEarly)
    let (_, second) = try await fetch { $0.reset() }
    #expect(second?.code == .closedEarly)
  }

  @Test("interim responses are passed over, and an upgrade is read as a stream")
  func interim() async throws {
    let (body, error) = try await fetch {
      $0.send(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
      )
    }
    #expect(body == Array("ok".utf8) && error == nil)
    let (stream, none) = try await fetch {
      $0.send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nraw bytes")
    }
    #expect(stream == Array("raw bytes".utf8) && none == nil)
  }

  @Test("a deadline ends the wait for a head")
  func deadlineBeforeHead() async throws {
    let (_, error) = try await fetch(deadline: .after(.milliseconds(100))) { $0.waitForClose() }
    #expect(error?.code == .timedOut)
  }

  @Test("a deadline ends a body, however busy it is")
  func deadlineInBody() async throws {
    let (body, error) = try await fetch(deadline: .after(.milliseconds(200))) { connection in
      connection.send("HTTP/1.1 200 OK\r\n\r\n")
      while connection.send("tick") {}
    }
    #expect(error?.code == .timedOut)
    #expect(!body.isEmpty)
  }

  @Test("a body that falls silent ends after the idle timeout")
  func idle() async throws {
    var request = Request(.get, "")
    request.idleTimeout = .milliseconds(100)
    let (body, error) = try await fetch(request) { connection in
      connection.send("HTTP/1.1 200 OK\r\n\r\nabc")
      connection.waitForClose()
    }
    #expect(body == Array("abc".utf8))
    #expect(error?.code == .timedOut)
  }

  @Test("the deadline for the head does not end the body")
  func headDeadline() async throws {
    let server = try ScriptedServer { connection, _ in
      guard let head = connection.readHead() else { return }
      if head.hasPrefix("GET /silent") { return connection.waitForClose() }
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na")
      // The client's word that the deadline has passed.
      if connection.readHead() != nil { connection.send("bc") }
    }
    let client = Client()
    let headDeadline = Deadline.after(.seconds(1))
    let (source, feeder) = AsyncStream<[UInt8]>.makeStream()
    let response = try await client.send(
      Request(.post, server.url, body: .stream(source)), deadline: soon, headDeadline: headDeadline)
    var iterator = response.body.makeAsyncIterator()
    #expect(try await iterator.next() == Array("a".utf8))
    await #expect { try await client.send(Request(.get, server.url + "/silent"), deadline: headDeadline) } throws: {
      ($0 as? HTTPError)?.code == .timedOut
    }
    feeder.yield(Array("\r\n\r\n".utf8))
    #expect(try await iterator.next() == Array("bc".utf8))
  }

  @Test("cancelling ends an endless body at once, and the server notices")
  func cancelled() async throws {
    let (closed, closing) = AsyncStream<Void>.makeStream()
    let (began, beginning) = AsyncStream<Void>.makeStream()
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\n\r\nabc")
      connection.waitForClose()
      closing.finish()
    }
    let client = Client()
    let task = Task {
      let response = try await client.send(Request(.get, server.url), deadline: .never)
      for try await _ in response.body { beginning.finish() }
    }
    for await _ in began {}
    task.cancel()
    await #expect { try await task.value } throws: { ($0 as? HTTPError)?.code == .cancelled }
    for await _ in closed {}
  }

  @Test("cancelling ends the wait for a head at once")
  func cancelledBeforeHead() async throws {
    let (began, beginning) = AsyncStream<Void>.makeStream()
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      beginning.finish()
      connection.waitForClose()
    }
    let client = Client()
    let task = Task { try await client.send(Request(.get, server.url), deadline: .never).status }
    for await _ in began {}
    task.cancel()
    await #expect { try await task.value } throws: { ($0 as? HTTPError)?.code == .cancelled }
  }

  @Test("dropping a response ends its transfer")
  func dropped() async throws {
    let (closed, closing) = AsyncStream<Void>.makeStream()
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\n\r\nabc")
      connection.waitForClose()
      closing.finish()
    }
    let client = Client()
    #expect(try await client.send(Request(.get, server.url), deadline: .never).status == 200)
    for await _ in closed {}
  }

  @Test("a body larger than the caller wants is refused")
  func collectLimit() async throws {
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\n\r\n")
      while connection.send(String(repeating: "x", count: 1000)) {}
    }
    let response = try await Client().send(Request(.get, server.url), deadline: soon)
    await #expect { try await response.collect(limit: 100_000) } throws: { ($0 as? HTTPError)?.code == .tooLarge }
  }

  @Test("a kept connection that the server has closed meanwhile is replaced")
  func staleConnection() async throws {
    let (closed, closing) = AsyncStream<Void>.makeStream()
    let server = try ScriptedServer { connection, number in
      guard connection.readHead() != nil else { return }
      connection.respond(body: "\(number)")
      connection.close()
      closing.yield()
    }
    let client = Client()
    var notices = closed.makeAsyncIterator()
    for expected in ["0", "1", "2"] {
      let response = try await client.send(Request(.post, server.url, body: .bytes([1, 2, 3])), deadline: soon)
      #expect(try await response.collect() == Array(expected.utf8))
      await notices.next()
    }
  }
}
