import Glibc
import Harness
import Testing

/// OpenSSH's server on the loopback address, for the user who runs the tests and one key.
struct SSHServer {
  static let path = "/usr/sbin/sshd"
  static var isPresent: Bool { access(path, X_OK) == 0 }

  let port: Int
  /// A private key that is let in.
  let key: String
  private let folder: String
  private let program: Program

  /// Starts the server; it ends with the scenario.
  init(_ scenario: Scenario, folder: String) async throws {
    self.folder = folder
    key = folder + "/key"
    TextFile.makeFolder(folder)
    // Its own directory for children without rights; OpenSSH's package makes it when the machine starts.
    if geteuid() == 0 { TextFile.makeFolder("/run/sshd") }
    for name in ["host", "key"] { try await Self.makeKey("\(folder)/\(name)", scenario) }
    var started: (Int, Program)?
    // It cannot choose a free port itself.
    for _ in 0..<10 where started == nil {
      let port = Int.random(in: 20000...29999)
      try TextFile.write(
        folder + "/config",
        """
        ListenAddress 127.0.0.1
        Port \(port)
        HostKey \(folder)/host
        AuthorizedKeysFile \(folder)/key.pub
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin yes

        """)
      let program = try Program(
        Self.path, ["-D", "-e", "-f", folder + "/config"], environment: scenario.environment, limit: .seconds(300))
      if await program.output(fulfils: { $0.contains("Server listening on") }) { started = (port, program) }
    }
    let (port, program) = try #require(started, "sshd does not start")
    self.port = port
    self.program = program
    scenario.cleanUp {
      program.signal(SIGTERM)
      _ = await program.result()
    }
  }

  /// What ssh notes of this server.
  var knownHost: String {
    let words = (TextFile.read(folder + "/host.pub") ?? "").split(separator: " ")
    return "[127.0.0.1]:\(port) \(words.prefix(2).joined(separator: " "))\n"
  }

  /// The address of a directory in a repository.
  func address(_ repository: String, _ directory: String) throws -> String {
    let user = try #require(getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) })
    return "ssh://\(user)@127.0.0.1:\(port)\(repository)//\(directory)"
  }

  static func makeKey(_ file: String, passphrase: String = "", _ scenario: Scenario) async throws {
    let result = try await Program.run(
      "ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-f", file], environment: scenario.environment)
    try #require(result.status == 0, "ssh-keygen: \(result.transcript)")
  }
}
