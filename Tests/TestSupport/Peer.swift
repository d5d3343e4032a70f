import FoundationEssentials
import Glibc

/// A program of the machine that tests hold their results against: git, openssl.
public struct Peer: Sendable {
  /// What a program printed, and how it ended.
  public struct Result: Sendable {
    /// The exit code; 128 and more for an end by a signal.
    public let status: Int32
    /// Standard output.
    public let output: [UInt8]
    /// Standard error.
    public let errors: String
    /// Standard output as text, without the last line end.
    public var text: String {
      let text = String(decoding: output, as: UTF8.self)
      return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
  }

  /// A program could not be started.
  public struct StartFailure: Error {
    let path: String
    let code: Int32
  }

  /// Where the program is.
  public let path: String

  /// Names a program by its absolute path.
  public init(_ path: String) { self.path = path }

  /// Whether it is on this machine.
  public var isPresent: Bool { access(path, X_OK) == 0 }

  /// Runs the program to its end. Input and output are files, so that no pipe can fill up.
  ///
  /// - Parameters:
  ///   - arguments: The arguments after the program's name.
  ///   - input: Standard input.
  ///   - environment: The whole environment.
  /// - Returns: What it printed, and how it ended.
  /// - Throws: ``StartFailure``.
  public func run(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = ["PATH": "/usr/bin:/bin"]
  ) throws -> Result {
    let base = FileManager.default.temporaryDirectory.appending(path: "peer-\(UUID().uuidString)").path
    defer { for end in [".in", ".out", ".err"] { unlink(base + end) } }
    try Data(input).write(to: URL(filePath: base + ".in"))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, base + ".in", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, base + ".out", O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, base + ".err", O_WRONLY | O_CREAT, 0o600)
    // The servers' threads block signals, and children would inherit that.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, path, &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw StartFailure(path: path, code: code) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let errors = FileManager.default.contents(atPath: base + ".err") ?? Data()
    return Result(
      status: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F,
      output: Array(FileManager.default.contents(atPath: base + ".out") ?? Data()),
      errors: String(decoding: errors, as: UTF8.self))
  }
}
