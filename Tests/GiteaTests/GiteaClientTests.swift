import Diagnostics
import Documents
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Gitea

@Suite("GiteaClient")
struct GiteaClientTests {
  private let admin = GiteaCredentials.password(username: "giteaAdmin", Secret("p:w"))
  private let repositoryJSON = #"""
    {"id":7,"full_name":"giteaAdmin/r","clone_url":"https://h/giteaAdmin/r.git","html_url":"https://h/giteaAdmin/r",
     "default_branch":"main","empty":true,"private":false,"unknown":[1]}
    """#

  private func client(
    _ credentials: GiteaCredentials? = nil, _ answer: @escaping @Sendable (HTTPRequest) -> String
  ) throws -> (AnsweringServer, GiteaClient) {
    let server = try AnsweringServer(answer)
    return (server, GiteaClient(url: server.url + "/", credentials: credentials, client: Client()))
  }

  @Test("a token is made with name and scopes, asked for by password, and its text is a secret")
  func createToken() async throws {
    let (server, gitea) = try client(admin) { _ in
      AnsweringServer.json(
        201, #"{"id":3,"name":"t","sha1":"0123abcd","token_last_eight":"0123abcd","scopes":["all"]}"#)
    }
    let token = try await gitea.createToken("t", for: "giteaAdmin")
    #expect(token.token?.revealed == "0123abcd" && token.scopes == ["all"] && token.id == 3)
    #expect(!"\(token)".contains(#"sha1"#))
    let request = try #require(server.requests.first)
    #expect(request.line == "POST /api/v1/users/giteaAdmin/tokens")
    #expect(request.headers["authorization"] == "Basic Z2l0ZWFBZG1pbjpwOnc=")
    #expect(try JSON.parse(String(decoding: request.body, as: UTF8.self)) == ["name": "t", "scopes": ["all"]])
  }

  @Test("a repository is empty and public, with the branch main")
  func createRepository() async throws {
    let json = repositoryJSON
    let (server, gitea) = try client(.token(Secret("abc"))) { _ in AnsweringServer.json(201, json) }
    let repository = try await gitea.createRepository("r")
    #expect(repository.fullName == "giteaAdmin/r" && repository.isEmpty && repository.defaultBranch == "main")
    let request = try #require(server.requests.first)
    #expect(request.headers["authorization"] == "token abc")
    #expect(
      try JSON.parse(String(decoding: request.body, as: UTF8.self))
        == ["name": "r", "description": "", "default_branch": "main", "private": false, "auto_init": false])
  }

  @Test("a repository that another caller makes at the same moment is taken as it is")
  func race() async throws {
    let json = repositoryJSON
    let (server, gitea) = try client(admin) { [counter = Counter()] request in
      if request.line.hasPrefix("POST") { return AnsweringServer.json(409, #"{"message":"exists"}"#) }
      return counter.next() == 1 ? AnsweringServer.json(404, "{}") : AnsweringServer.json(200, json)
    }
    #expect(try await gitea.ensureRepository("r", of: "giteaAdmin").id == 7)
    #expect(server.requests.count == 3)
  }

  @Test("names are encoded, so that none leads to another path")
  func encoding() async throws {
    let (server, gitea) = try client(admin) { _ in AnsweringServer.json(404, "{}") }
    #expect(try await gitea.repository("a/../b?c", of: "o") == nil)
    #expect(server.requests.first?.line == "GET /api/v1/repos/o/a%2F..%2Fb%3Fc")
  }

  @Test(
    "a refusal keeps Gitea's own words",
    arguments: [
      (
        409, #"{"message":"The repository with the same name already exists."}"#,
        "The repository with the same name already exists."
      ),
      (422, #"{"errors":["name too long","bad name"]}"#, "name too long; bad name"),
      (500, "internal error\nmore", "internal error"), (502, "<html>nginx</html>", "it gives no reason"),
      (403, "", "it gives no reason"), (400, #"{"message":""}"#, "it gives no reason"),
    ])
  func refusals(_ status: Int, _ body: String, _ words: String) async throws {
    let (server, gitea) = try client(admin) { _ in AnsweringServer.json(status, body) }
    let error = await #expect(throws: GiteaError.self) { try await gitea.createRepository("r") }
    #expect(error?.status == status)
    #expect(server.requests.count == 1)
    #expect(error?.description == "create repository r: \(words) (Gitea, status \(status))")
  }

  @Test(
    "answers that are cut, no JSON or of another shape are errors, not crashes",
    arguments: [
      "", "[]", "null", "{", "7", #"{"id":"x"}"#, #"{"id":1}"#, #"{"id":1,"name":5}"#, "\u{0}", "[[[[[[",
    ])
  func hostile(_ body: String) async throws {
    let (server, gitea) = try client(admin) { _ in AnsweringServer.json(200, body) }
    let calls: [() async throws -> Void] = [
      { _ = try await gitea.createToken("t", for: "u") }, { _ = try await gitea.createRepository("r") },
      { _ = try await gitea.currentUser() }, { _ = try await gitea.version() },
    ]
    for call in calls {
      let error = await #expect(throws: GiteaError.self) { try await call() }
      #expect(error?.underlying == nil && error?.message.contains("answer") == true)
    }
    #expect(server.requests.count == calls.count)
  }

  @Test("health is what the server says, and an error only if it says nothing")
  func health() async throws {
    for (status, body, expected) in [
      (200, #"{"status":"pass"}"#, true), (503, #"{"status":"fail"}"#, false), (200, #"{"status":"warn"}"#, false),
    ] {
      let (server, gitea) = try client { _ in AnsweringServer.json(status, body) }
      #expect(try await gitea.isHealthy() == expected)
      #expect(server.requests.first?.headers["authorization"] == nil)
    }
    let (server, silent) = try client { _ in "" }
    let error = await #expect(throws: GiteaError.self) { try await silent.isHealthy() }
    #expect(error?.status == nil && error?.underlying is HTTPError)
    #expect(!server.requests.isEmpty)
  }

  @Test("tokens are listed page by page")
  func pages() async throws {
    let (server, gitea) = try client(admin) { request in
      let count = request.line.hasSuffix("page=1") ? 50 : 1
      let tokens = Array(repeating: #"{"id":1,"name":"n"}"#, count: count).joined(separator: ",")
      return AnsweringServer.json(200, "[\(tokens)]")
    }
    #expect(try await gitea.tokens(of: "u").count == 51)
    #expect(server.requests.count == 2)
  }
}

/// Counts calls.
private final class Counter: Sendable {
  private let count = Atomic<Int>(0)

  func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
