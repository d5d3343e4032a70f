import FoundationEssentials
import Glibc
import Testing

/// A new directory that is removed afterwards.
func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let directory = FileManager.default.temporaryDirectory.appending(path: "git-tests-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: directory) }
  return try await body(directory)
}

/// Text of a file, or nil.
func text(of path: String) -> String? {
  FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
}

/// The real `git` program, as a peer that knows what is right.
enum Program {
  static let gitPath = "/usr/bin/git"
  static let httpBackend = "/usr/lib/git-core/git-http-backend"
  static var arePresent: Bool { access(gitPath, X_OK) == 0 && access(httpBackend, X_OK) == 0 }

  /// Runs git in a directory and returns what it prints, without the last line end.
  @discardableResult
  static func git(_ arguments: String..., in directory: String) throws -> String {
    let identity = ["-c", "user.name=Peer", "-c", "user.email=peer@example.org", "-c", "init.defaultBranch=main"]
    let settings = identity + ["-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"]
    let output = try run(
      gitPath, ["-C", directory] + settings + arguments, input: [],
      environment: ["GIT_CONFIG_NOSYSTEM": "1", "HOME": directory, "PATH": "/usr/bin:/bin"])
    try #require(output.status == 0, "git \(arguments): \(String(decoding: output.bytes, as: UTF8.self))")
    let text = String(decoding: output.bytes, as: UTF8.self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  /// Runs a program to its end, its input and output being files.
  static func run(
    _ path: String, _ arguments: [String], input: [UInt8], environment: [String: String]
  ) throws -> (status: Int32, bytes: [UInt8]) {
    let base = FileManager.default.temporaryDirectory.appending(path: "git-tests-\(UUID().uuidString)").path
    defer { for end in [".in", ".out", ".err"] { unlink(base + end) } }
    try Data(input).write(to: URL(filePath: base + ".in"))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, base + ".in", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, base + ".out", O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, base + ".err", O_WRONLY | O_CREAT, 0o600)
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var child: pid_t = 0
    try #require(posix_spawn(&child, path, &actions, nil, &argv, &envp) == 0)
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    var bytes = Array(FileManager.default.contents(atPath: base + ".out") ?? Data())
    if status != 0 { bytes += Array(FileManager.default.contents(atPath: base + ".err") ?? Data()) }
    return (status, bytes)
  }
}
