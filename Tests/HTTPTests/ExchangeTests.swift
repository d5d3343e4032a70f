import Diagnostics
import TestSupport
import Testing

@testable import HTTP

@Suite("Exchanges with a scripted server", .timeLimit(.minutes(1)))
struct ExchangeTests {
  let soon = Deadline.after(.seconds(20))

  @Test("a response comes with its status, fields and body")
  func simple() async throws {
    let server = try ScriptedServer { connection, _ in
      guard let head = connection.readHead() else { return }
      connection.respond(
        "418 I'm a teapot", headers: "X-One: 1\r\nx-one:  two \r\n", body: String(head.prefix { $0 != "\r\n" }))
    }
    let response = try await Client().send(Request(.get, server.url + "/a%20b?c=d"), deadline: soon)
    #expect(response.status == 418)
    #expect(response.headers["X-ONE"] == "1")
    #expect(response.headers.values("x-one") == ["1", "two"])
    #expect(try await response.collect() == Array("GET /a%20b?c=d HTTP/1.1".utf8))
  }

  @Test("requests of all shapes arrive as they are meant")
  func requests() async throws {
    let server = try ScriptedServer { connection, _ in
      while let head = connection.readHead() {
        let lower = head.lowercased()
        var length = 0
        if let at = lower.firstRange(of: "content-length: ") {
          length = Int(lower[at.upperBound...].prefix { $0.isNumber }) ?? 0
        }
        let body = String(decoding: connection.read(length), as: UTF8.self)
        connection.respond(body: head.hasPrefix("HEAD") ? "" : head + body)
      }
    }
    let client = Client()
    func echo(_ request: Request) async throws -> String {
      let response = try await client.send(request, deadline: soon)
      return String(decoding: try await response.collect(), as: UTF8.self)
    }
    let post = try await echo(Request(.post, server.url, headers: ["X-Empty": ""], body: .bytes(Array("hello".utf8))))
    #expect(post.hasPrefix("POST / HTTP/1.1\r\n"))
    #expect(post.hasSuffix("\r\n\r\nhello"))
    #expect(post.contains("\r\nContent-Length: 5\r\n"))
    #expect(post.contains("\r\nX-Empty:\r\n"))
    #expect(!post.contains("Expect:"))
    #expect(!post.contains("Content-Type"))
    let put = try await echo(
      Request(.put, server.url, headers: ["Content-Type": "application/json"], body: .bytes(Array("{}".utf8))))
    #expect(put.hasPrefix("PUT / HTTP/1.1\r\n"))
    #expect(put.contains("Content-Type: application/json\r\n"))
    let empty = try await echo(Request(.post, server.url))
    #expect(empty.hasPrefix("POST / HTTP/1.1\r\n") && empty.contains("\r\nContent-Length: 0\r\n"))
    #expect(try await echo(Request(.patch, server.url, body: .bytes([0x61]))).hasPrefix("PATCH / "))
    #expect(try await echo(Request(.delete, server.url)).hasPrefix("DELETE / "))
    #expect(try await echo(Request(.head, server.url)).isEmpty)
    let streamed = try await echo(
      Request(.put, server.url, body: .streamed(ByteStream(chunks: [[0x61], [], [0x62, 0x63]]), length: 3)))
    #expect(streamed.hasPrefix("PUT / ") && streamed.hasSuffix("\r\n\r\nabc"))
    #expect(streamed.contains("\r\nContent-Length: 3\r\n"))
  }

  @Test("a connection that the server keeps is used again")
  func reuse() async throws {
    let server = try ScriptedServer { connection, _ in
      while connection.readHead() != nil { connection.respond(body: "x") }
    }
    let client = Client()
    for _ in 0..<5 {
      _ = try await client.send(Request(.get, server.url), deadline: soon).collect()
    }
    #expect(server.connections == 1)
  }
}
