import Diagnostics
import FoundationEssentials
import Glibc
import HTTP
import Testing

@testable import Gitea

/// A Gitea that may be changed: `IDPBUILDER_TEST_GITEA` is its URL, `…_USER` and `…_PASSWORD` an administrator.
private struct LiveServer {
  let url: String
  let username: String
  let password: String

  static let given: LiveServer? = {
    func value(_ name: String) -> String? { getenv("IDPBUILDER_TEST_GITEA\(name)").map { String(cString: $0) } }
    guard let url = value(""), let username = value("_USER"), let password = value("_PASSWORD") else { return nil }
    return LiveServer(url: url, username: username, password: password)
  }()
}

@Suite("GiteaClient on a real server", .enabled(if: LiveServer.given != nil))
struct LiveGiteaTests {
  @Test("token, repository, commit and their ends, as the real server does them")
  func flow() async throws {
    let server = try #require(LiveServer.given)
    let credentials = GiteaCredentials.password(username: server.username, Secret(server.password))
    let admin = GiteaClient(url: server.url, credentials: credentials, client: Client())
    #expect(try await admin.isHealthy())
    #expect(try await admin.version().hasPrefix("1."))
    #expect(try await admin.currentUser().isAdministrator)
    let name = "test-\(UUID().uuidString.lowercased())"
    let token = try await admin.createToken(name, for: server.username)
    #expect(try await admin.tokens(of: server.username).contains { $0.name == name && $0.token == nil })
    let duplicate = await #expect(throws: GiteaError.self) { try await admin.createToken(name, for: server.username) }
    #expect(duplicate?.status == 400)
    var gitea = admin
    gitea.credentials = .token(try #require(token.token))
    let made = try await gitea.ensureRepository(name, of: server.username)
    #expect(made.isEmpty && !made.isPrivate)
    #expect(try await gitea.ensureRepository(name, of: server.username) == made)
    let conflict = await #expect(throws: GiteaError.self) { try await gitea.createRepository(name) }
    #expect(conflict?.isConflict == true)
    #expect(try await gitea.content(ofBranch: "main", in: name, of: server.username) == .noBranch)
    try await gitea.deleteRepository(name, of: server.username)
    try await gitea.deleteRepository(name, of: server.username)
    #expect(try await gitea.repository(name, of: server.username) == nil)
    #expect(try await gitea.content(ofBranch: "main", in: name, of: server.username) == .noRepository)
    try await admin.setPassword(Secret(server.password), of: server.username)
    try await admin.deleteToken(name, of: server.username)
    let refused = await #expect(throws: GiteaError.self) { try await gitea.currentUser() }
    #expect(refused?.isUnauthorized == true)
  }
}
