import Glibc
import Harness
import NodeServer
import Testing

/// Packages from repositories that not everybody may read.
@Suite(
  "packages from private repositories", .enabled(if: HarnessEnvironment.binary != nil, "needs the idpbuilder binary"))
struct RemotePackageTests {
  @Test("https with credentials: they open a private repository, are never shown, and wrong ones are refused")
  func https() async throws {
    try await Scenario.run { scenario in
      let authority = try Authority.issue(commonName: "authority", purpose: .authority)
      let identity = try Authority.issue(
        commonName: "127.0.0.1", purpose: .server(names: [], addresses: ["127.0.0.1"]), issuer: authority)
      let remote = try await RemoteRepository(
        scenario, folder: scenario.folder + "/git", identity: identity,
        // RFC 7617, of `me@work:s3cr/t`.
        authorization: "Basic bWVAd29yazpzM2NyL3Q=")
      let trust = scenario.folder + "/authority.pem"
      try TextFile.write(trust, authority.certificate)
      func validate(_ credentials: String, trusting: Bool = true) async throws -> ProgramResult {
        let address = remote.address("commit", "ref=main").replacing("://", with: "://\(credentials)")
        return try await scenario.idpbuilder(
          "validate", "-p", address, environment: ["SSL_CERT_FILE": trusting ? trust : nil])
      }
      let good = try await validate("me%40work:s3cr%2Ft@")
      #expect(good.status == 0, "\(good.transcript)")
      #expect(good.transcript.contains("1 application"), "the submodule is there: \(good.transcript)")
      for (credentials, status) in [("me%40work:wr0ng@", Int32(77)), ("", 77)] {
        let refused = try await validate(credentials)
        #expect(refused.status == status, "\(refused.transcript)")
        #expect(!refused.transcript.contains("wr0ng"))
      }
      let strange = try await validate("me%40work:s3cr%2Ft@", trusting: false)
      #expect(strange.status != 0 && strange.errors.contains("certificate"), "\(strange.transcript)")
      for result in [good, strange] {
        for secret in ["s3cr", "me@work", "me%40work"] { #expect(!result.transcript.contains(secret)) }
      }
    }
  }

  @Test(
    "ssh: keys, the agent and noted servers count; what is unknown is refused with the way to it",
    .enabled(
      if: SSHServer.isPresent || HarnessEnvironment.all["CI"] != nil, "needs OpenSSH's server (openssh-server)"))
  func ssh() async throws {
    try await Scenario.run { scenario in
      _ = try await RemoteRepository(scenario, folder: scenario.folder + "/git")
      let server = try await SSHServer(scenario, folder: scenario.folder + "/sshd")
      let home = scenario.folder + "/.ssh"
      TextFile.makeFolder(home)
      func validate(agent: String? = nil) async throws -> ProgramResult {
        try await scenario.idpbuilder(
          "validate", "-p", try server.address(scenario.folder + "/git/library.git", "commit"),
          environment: ["SSH_AUTH_SOCK": agent])
      }
      func expect(_ result: ProgramResult, refuses words: String...) {
        #expect(result.status == 77, "\(result.transcript)")
        for word in words { #expect(result.errors.contains(word), "\(word) in \(result.transcript)") }
      }
      // A server that nobody has noted, and one that has another key.
      expect(
        try await validate(), refuses: "127.0.0.1 is not trusted", "ED25519 SHA256:", "ssh -p \(server.port) 127.0.0.1")
      try await SSHServer.makeKey(scenario.folder + "/other", scenario)
      let other = (TextFile.read(scenario.folder + "/other.pub") ?? "").split(separator: " ").prefix(2)
      try TextFile.write(
        home + "/known_hosts", "[127.0.0.1]:\(server.port) \(other.joined(separator: " "))\n")
      expect(
        try await validate(), refuses: "has another key", "ssh-keygen -R '[127.0.0.1]:\(server.port)'")
      // The right server, but no key; one with a passphrase; the right one; and the same from the agent.
      try TextFile.write(home + "/known_hosts", server.knownHost)
      expect(try await validate(), refuses: "is not let in", "no ssh-agent runs", "no id_ed25519")
      try await SSHServer.makeKey(home + "/id_ed25519", passphrase: "secret", scenario)
      expect(try await validate(), refuses: "id_ed25519 needs a passphrase", "ssh-add")
      for suffix in ["", ".pub"] { TextFile.remove(home + "/id_ed25519" + suffix) }
      let agent = try await startAgent(scenario, key: server.key)
      let byAgent = try await validate(agent: agent)
      #expect(byAgent.status == 0, "\(byAgent.transcript)")
      try TextFile.write(home + "/id_ed25519", try #require(TextFile.read(server.key)), mode: 0o600)
      let byKey = try await validate()
      #expect(byKey.status == 0 && byKey.transcript.contains("1 application"), "\(byKey.transcript)")
    }
  }

  /// An agent with one key, which ends with the scenario.
  private func startAgent(_ scenario: Scenario, key: String) async throws -> String {
    let socket = scenario.folder + "/agent"
    // It lives as long as the command that it is given.
    let program = try Program(
      "ssh-agent", ["-a", socket, "/bin/sh", "-c", "ssh-add -q '\(key)' && echo ready && exec sleep 300"],
      environment: scenario.environment, limit: .seconds(300))
    scenario.cleanUp {
      program.signal(SIGTERM)
      _ = await program.result()
    }
    try #require(await program.output { $0.contains("ready") }, "ssh-agent does not start")
    return socket
  }
}
