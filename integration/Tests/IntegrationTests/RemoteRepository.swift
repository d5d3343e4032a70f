import Harness
import NodeServer
import StandIn
import Testing

/// A Git server on the loopback address with a package and a submodule.
struct RemoteRepository {
  let port: UInt16
  private let scheme: String
  /// The second of three commits on `main`.
  let commit: String

  /// The address of a directory in it.
  func address(_ directory: String, _ query: String) -> String {
    "\(scheme)://127.0.0.1:\(port)/library.git//\(directory)?\(query)"
  }

  /// Makes the repositories below a folder and serves them until the process ends.
  /// - Parameters:
  ///   - scenario: the test.
  ///   - folder: the folder.
  ///   - identity: the server's, for https; http without.
  ///   - authorization: what the one who may read sends; everybody may without.
  /// - Throws: what git or the listener says.
  init(
    _ scenario: Scenario, folder: String, identity: Identity? = nil, authorization: String? = nil
  ) async throws {
    func git(_ arguments: String...) async throws -> String {
      let settings = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "protocol.file.allow=always"]
      let result = try await Program.run("git", settings + arguments, environment: scenario.environment)
      try #require(result.status == 0, "git \(arguments): \(result.transcript)")
      return result.output.split(separator: "\n").first.map(String.init) ?? ""
    }
    TextFile.makeFolder(folder)
    let (part, work) = (PackageFolder(path: folder + "/part-work"), PackageFolder(path: folder + "/work"))
    _ = try await git("init", "-q", "-b", "main", part.path)
    try part.configMap("config.yaml", "remote-commit", from: "submodule")
    _ = try await git("-C", part.path, "add", ".")
    _ = try await git("-C", part.path, "commit", "-qm", "Part")
    _ = try await git("clone", "-q", "--bare", part.path, folder + "/part.git")
    _ = try await git("init", "-q", "-b", "main", work.path)
    _ = try await git("clone", "-q", "--bare", work.path, folder + "/library.git")
    _ = try await git("-C", work.path, "remote", "add", "origin", folder + "/library.git")
    var commits: [String] = []
    for text in ["one", "two", "three"] {
      for name in ["branch", "tag"] {
        try work.application("\(name)/app.yaml", "remote-\(name)", "{repoURL: 'cnoe://manifests', path: .}")
        try work.configMap("\(name)/manifests/config.yaml", "remote-\(name)", from: text)
      }
      if text == "two" {
        try work.application("commit/app.yaml", "remote-commit", "{repoURL: 'cnoe://part', path: .}")
        _ = try await git("-C", work.path, "submodule", "--quiet", "add", "../part.git", "commit/part")
      }
      _ = try await git("-C", work.path, "add", ".")
      _ = try await git("-C", work.path, "commit", "-qm", text)
      if text == "one" { _ = try await git("-C", work.path, "tag", "-a", "v1", "-m", "v1") }
      if text == "two" { _ = try await git("-C", work.path, "branch", "feature") }
      commits.append(try await git("-C", work.path, "rev-parse", "HEAD"))
    }
    _ = try await git("-C", work.path, "push", "-q", "--tags", "origin", "main", "feature")
    commit = commits[1]
    let listener = try Listener(port: 0, address: "127.0.0.1")
    port = listener.port
    scheme = identity == nil ? "http" : "https"
    let backend = GitBackend(folder: folder)
    var tls: (@Sendable () -> TLSServerContext?)?
    if let identity {
      let context = try TLSServerContext(identity: identity, clientAuthority: nil)
      tls = { context }
    }
    listener.serve(tls: tls) { request, connection in
      if let authorization, request.headers["authorization"] != authorization {
        connection.respond(status: 401, headers: [("WWW-Authenticate", "Basic realm=\"git\"")], body: [])
        return
      }
      backend.respond(to: request, path: request.segments.joined(separator: "/"), user: nil, on: connection)
    }
  }
}
