import Glibc

/// A program run to its end: how the stand-in uses `git`.
enum Subprocess {
  struct Result {
    var status: Int32
    var output: [UInt8]
    var errors: String
  }

  /// Where inputs and outputs are kept meanwhile: in memory on a node, and wherever one may write elsewhere.
  private static let folder = access("/run", W_OK) == 0 ? "/run" : "/tmp"

  /// Runs a program; blocks the calling thread.
  static func run(_ path: String, _ arguments: [String], environment: [String: String], input: [UInt8] = []) -> Result {
    let folder = "\(Self.folder)/subprocess-\(UInt32.random(in: 0...UInt32.max))"
    let (inputPath, outputPath, errorPath) = (folder + ".in", folder + ".out", folder + ".err")
    defer { for path in [inputPath, outputPath, errorPath] { unlink(path) } }
    Files.write(inputPath, input)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errorPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let argv = ([path] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    var identifier = pid_t()
    let started = posix_spawn(&identifier, path, &actions, &attributes, argv, envp)
    for pointer in argv + envp { free(pointer) }
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    guard started == 0 else {
      return Result(status: 127, output: [], errors: "\(path): \(String(cString: strerror(started)))")
    }
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    return Result(
      status: status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f), output: Files.read(outputPath) ?? [],
      errors: Files.text(errorPath) ?? "")
  }

  /// Runs git; its settings come from here alone.
  static func git(_ arguments: [String], environment more: [String: String] = [:], input: [UInt8] = []) -> Result {
    var environment = [
      "PATH": "/usr/bin:/bin", "HOME": "/root", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
      "GIT_EXEC_PATH": "/usr/lib/git-core",
    ]
    environment.merge(more) { $1 }
    return run("/usr/bin/git", arguments, environment: environment, input: input)
  }
}
