import Diagnostics
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import HTTP

@Suite("Streams in both directions", .timeLimit(.minutes(1)))
struct StreamingTests {
  let soon = Deadline.after(.seconds(40))

  /// Chunks made as they are asked for; tells how many were.
  struct Source: AsyncSequence, Sendable {
    struct Broken: Error {}
    final class Count: Sendable {
      let value = Mutex(0)
    }

    let chunks: Int
    var size = 64 << 10
    var failsAtEnd = false
    let produced = Count()

    typealias Element = [UInt8]
    typealias Failure = any Error

    struct Iterator: AsyncIteratorProtocol {
      let source: Source
      mutating func next() async throws -> [UInt8]? {
        let number = source.produced.value.withLock { count in
          defer { count += 1 }
          return count
        }
        if number < source.chunks { return [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: source.size) }
        if source.failsAtEnd { throw Broken() }
        return nil
      }
    }

    func makeAsyncIterator() -> Iterator { Iterator(source: self) }
  }

  /// Reads a chunked request body to its end and returns its length.
  static func readChunkedBody(_ connection: Connection) -> Int {
    var total = 0
    var pending: [UInt8] = []
    while true {
      while let end = pending.firstRange(of: [13, 10]) {
        guard let size = Int(String(decoding: pending[..<end.lowerBound], as: UTF8.self), radix: 16) else { return -1 }
        let whole = end.upperBound + size + 2
        while pending.count < whole {
          let more = connection.receive()
          if more.isEmpty { return -1 }
          pending += more
        }
        pending.removeFirst(whole)
        total += size
        if size == 0 { return total }
      }
      let more = connection.receive()
      if more.isEmpty { return -1 }
      pending += more
    }
  }

  @Test("a large body of unknown length arrives whole")
  func largeUpload() async throws {
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead()?.contains("Transfer-Encoding: chunked") == true else { return }
      connection.respond(body: "\(Self.readChunkedBody(connection))")
    }
    let source = Source(chunks: 500)
    let response = try await Client().send(Request(.put, server.url, body: .stream(source)), deadline: soon)
    #expect(try await response.collect() == Array("\(500 * 64 << 10)".utf8))
  }

  @Test("a server that does not read makes the source wait")
  func uploadBackpressure() async throws {
    let (waiting, signal) = AsyncStream<Void>.makeStream()
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      // Bytes come in until the buffers between are full; more than that cannot have been asked of the source.
      signal.finish()
      connection.waitForClose()
    }
    let source = Source(chunks: 4000)
    let client = Client()
    let task = Task { try await client.send(Request(.put, server.url, body: .stream(source)), deadline: .never).status }
    for await _ in waiting {}
    task.cancel()
    await #expect { try await task.value } throws: { ($0 as? HTTPError)?.code == .cancelled }
    #expect(source.produced.value.withLock { $0 } < 4000)
  }

  @Test("the error of a body's source ends the request and is kept")
  func failingSource() async throws {
    let server = try ScriptedServer { connection, _ in
      if connection.readHead() != nil { connection.waitForClose() }
    }
    let source = Source(chunks: 3, failsAtEnd: true)
    await #expect {
      try await Client().send(Request(.put, server.url, body: .stream(source)), deadline: soon)
    } throws: {
      let error = $0 as? HTTPError
      return error?.code == .bodySource && error?.underlying is Source.Broken
    }
  }

  @Test("a refusal that comes while the body is still being made is delivered")
  func earlyRefusal() async throws {
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      connection.respond("404 Not Found", headers: "Connection: close\r\n", body: "no such thing")
    }
    let (endless, feeder) = AsyncStream<[UInt8]>.makeStream()
    feeder.yield([1, 2, 3])
    let response = try await Client().send(Request(.put, server.url, body: .stream(endless)), deadline: soon)
    #expect(response.status == 404)
    #expect(try await response.collect() == Array("no such thing".utf8))
    feeder.finish()
  }

  @Test("a response can be read while the request is still being sent")
  func fullDuplex() async throws {
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\n\r\n")
      while true {
        let bytes = connection.receive()
        if bytes.isEmpty || bytes == Array("0\r\n\r\n".utf8) { return }
        connection.send(bytes.filter { $0 >= 0x61 && $0 <= 0x7a })
      }
    }
    let (source, feeder) = AsyncStream<[UInt8]>.makeStream()
    let response = try await Client().send(Request(.post, server.url, body: .stream(source)), deadline: soon)
    var iterator = response.body.makeAsyncIterator()
    // Chunk sizes are in hexadecimal; these words have no hexadecimal letter.
    for word in ["hi", "you", "zoo"] {
      feeder.yield(Array(word.utf8))
      var echoed: [UInt8] = []
      while echoed.count < word.utf8.count {
        guard let chunk = try await iterator.next() else { break }
        echoed += chunk
      }
      #expect(echoed == Array(word.utf8))
    }
    feeder.finish()
    #expect(try await iterator.next() == nil)
  }

  @Test("a caller that does not read makes the server wait, and then gets everything")
  func downloadBackpressure() async throws {
    let total = 32 << 20
    let stalledAfter = Mutex(0)
    let (stalled, signal) = AsyncStream<Void>.makeStream()
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
      let piece = [UInt8](repeating: 7, count: 64 << 10)
      var sent = 0
      var hasStalled = false
      while sent < total {
        var poll = pollfd(fd: connection.descriptor, events: Int16(POLLOUT), revents: 0)
        if !hasStalled, Glibc.poll(&poll, 1, 300) == 0 {
          hasStalled = true
          stalledAfter.withLock { $0 = sent }
          signal.finish()
        }
        guard connection.send(Array(piece.prefix(total - sent))) else { break }
        sent += piece.count
      }
      signal.finish()
    }
    let response = try await Client().send(Request(.get, server.url), deadline: soon)
    for await _ in stalled {}
    let held = stalledAfter.withLock { $0 }
    #expect(held > 0 && held < total / 2)
    var received = 0
    for try await chunk in response.body {
      received += chunk.count
      #expect(chunk.first == 7 && chunk.last == 7)
    }
    #expect(received == total)
  }

  @Test("many requests at once are all answered")
  func many() async throws {
    let server = try ScriptedServer { connection, _ in
      while let head = connection.readHead() {
        connection.respond(body: String(head.split(separator: " ")[1]))
      }
    }
    let client = Client()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<200 {
        group.addTask {
          let response = try await client.send(Request(.get, "\(server.url)/\(number)"), deadline: .after(.seconds(30)))
          return try await response.collect() == Array("/\(number)".utf8)
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  @Test("a response can be read after its client was dropped")
  func clientDropped() async throws {
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")
      connection.send("def")
    }
    func start() async throws -> Response {
      try await Client().send(Request(.get, server.url), deadline: soon)
    }
    #expect(try await start().collect() == Array("abcdef".utf8))
  }
}
