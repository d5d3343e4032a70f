import FoundationEssentials
import TestSupport
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
  static let git = Peer("/usr/bin/git")
  static let httpBackend = Peer("/usr/lib/git-core/git-http-backend")
  static var arePresent: Bool { git.isPresent && httpBackend.isPresent }

  /// Runs git in a directory and returns what it prints, without the last line end.
  @discardableResult
  static func git(_ arguments: String..., in directory: String) throws -> String {
    let identity = ["-c", "user.name=Peer", "-c", "user.email=peer@example.org", "-c", "init.defaultBranch=main"]
    let settings = identity + ["-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"]
    let result = try git.run(
      ["-C", directory] + settings + arguments,
      environment: ["GIT_CONFIG_NOSYSTEM": "1", "HOME": directory, "PATH": "/usr/bin:/bin"])
    try #require(result.status == 0, "git \(arguments): \(result.errors)")
    return result.text
  }
}
