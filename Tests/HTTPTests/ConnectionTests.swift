import Diagnostics
import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import HTTP

@Suite("Connections", .timeLimit(.minutes(1)))
struct ConnectionTests {
  let soon = Deadline.after(.seconds(30))

  func withDirectory(_ body: (String) async throws -> Void) async throws {
    let directory = "/tmp/idpbuilder-http-\(UUID().uuidString.prefix(13))"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try await body(directory)
  }

  @Test("requests go through a unix socket")
  func unixSocket() async throws {
    try await withDirectory { directory in
      let server = try ScriptedServer(unixSocket: directory + "/s") { connection, _ in
        while connection.readHead() != nil { connection.respond(body: "unix") }
      }
      let client = Client(Client.Configuration(unixSocket: directory + "/s"))
      for _ in 0..<3 {
        let response = try await client.send(Request(.get, "http://localhost/x"), deadline: soon)
        #expect(try await response.collect() == Array("unix".utf8))
      }
      #expect(server.connections == 1)
    }
  }

  @Test("an error of connecting tells the system's reason")
  func refused() async throws {
    func reason(_ configuration: Client.Configuration, _ url: String) async -> HTTPError? {
      do throws(HTTPError) {
        _ = try await Client(configuration).send(Request(.get, url), deadline: soon)
        return nil
      } catch {
        return error
      }
    }
    try await withDirectory { directory in
      let missing = await reason(Client.Configuration(unixSocket: directory + "/none"), "http://localhost/")
      #expect(missing?.code == .cannotConnect)
      #expect(missing?.systemError == ENOENT)

      // A socket nobody listens at.
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: (directory + "/deaf").utf8) }
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      #expect(bound == 0)
      let deaf = await reason(Client.Configuration(unixSocket: directory + "/deaf"), "http://localhost/")
      #expect(deaf?.code == .cannotConnect)
      #expect(deaf?.systemError == ECONNREFUSED)
    }
    let tcp = await reason(Client.Configuration(), "http://127.0.0.1:1/")
    #expect(tcp?.code == .cannotConnect)
    #expect(tcp?.systemError == ECONNREFUSED)
    let unknown = await reason(Client.Configuration(), "http://does-not-exist.invalid/")
    #expect(unknown?.code == .cannotResolve)
  }

  @Test("an override leads a name and port to another address")
  func connectTo() async throws {
    let server = try ScriptedServer { connection, _ in
      if let head = connection.readHead() { connection.respond(body: head) }
    }
    var configuration = Client.Configuration()
    configuration.connectTo = [HostPort("gitea.example", 8443): HostPort("127.0.0.1", server.port)]
    let response = try await Client(configuration).send(
      Request(.get, "http://gitea.example:8443/"), deadline: soon)
    let head = String(decoding: try await response.collect(), as: UTF8.self)
    #expect(head.contains("Host: gitea.example:8443\r\n"))
  }

  @Test("redirects are delivered, or followed up to a limit")
  func redirects() async throws {
    let server = try ScriptedServer { connection, _ in
      while let head = connection.readHead() {
        let hops = Int(head.split(separator: " ")[1].dropFirst()) ?? 0
        if hops == 0 {
          connection.respond(body: "there")
        } else {
          connection.respond("302 Found", headers: "Location: /\(hops - 1)\r\n", body: "go on")
        }
      }
    }
    let client = Client()
    let delivered = try await client.send(Request(.get, server.url + "/2"), deadline: soon)
    #expect(delivered.status == 302 && delivered.headers["Location"] == "/1")
    var request = Request(.get, server.url + "/2")
    request.redirects = .follow(limit: 2)
    let followed = try await client.send(request, deadline: soon)
    #expect(followed.status == 200)
    #expect(followed.headers["Location"] == nil)
    #expect(try await followed.collect() == Array("there".utf8))
    request.url = server.url + "/3"
    await #expect {
      let response = try await client.send(request, deadline: soon)
      _ = try await response.collect()
    } throws: {
      ($0 as? HTTPError)?.code == .protocolViolation
    }
  }

  @Test(
    "malformed requests are refused before anything is sent",
    arguments: [
      Request(.get, "ftp://127.0.0.1/"), Request(.get, "127.0.0.1"), Request(.get, "http://127.0.0.1/a b"),
      Request(.get, "http://127.0.0.1/\r\nX: y"), Request(.get, "http://127.0.0.1:99999/"),
      Request(.get, "http://127.0.0.1/", headers: ["X": "y\r\nZ: a"]),
      Request(.get, "http://127.0.0.1/", headers: ["X:": "y"]),
    ])
  func malformed(request: Request) async {
    await #expect { try await Client().send(request, deadline: soon) } throws: {
      ($0 as? HTTPError)?.code == .badRequest
    }
  }

  @Test("messages show neither credentials nor queries")
  func labels() {
    #expect(Exchange.withoutSecrets("http://user:word@host:1/path?token=x#y") == "http://host:1/path")
    #expect(Exchange.withoutSecrets("http://host/a@b?c") == "http://host/a@b")
    #expect(Exchange.withoutSecrets("http://u:p@w@host/") == "http://host/")
  }

  @Test("URL parts are percent-encoded")
  func percentEncoding() {
    #expect(PercentEncoding.segment("a/b c%ü:@") == "a%2Fb%20c%25%C3%BC:@")
    #expect(PercentEncoding.path("a/b?c") == "a/b%3Fc")
    #expect(PercentEncoding.queryComponent("a=b&c+d/é") == "a%3Db%26c%2Bd%2F%C3%A9")
    #expect(PercentEncoding.query([("a", "1"), ("b c", "{\"x\"}")]) == "?a=1&b%20c=%7B%22x%22%7D")
    #expect(PercentEncoding.query([]).isEmpty)
  }
}
