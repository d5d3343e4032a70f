import FoundationEssentials
import Glibc

/// A directory of this process alone, removed with the last reference to it; what killed processes left of the kind is
/// removed when the next is made.
///
/// A lock of the operating system (`flock(2)`) on the directory tells the living from the dead.
public final class TemporaryDirectory: Sendable {
  /// Its absolute path.
  public let path: String
  private let descriptor: Int32

  /// Makes a directory with mode 0700 below the system's temporary directory.
  ///
  /// - Parameter purpose: A word for its name: `git`, `packages`.
  /// - Throws: ``GitError``.
  public init(_ purpose: String) throws(GitError) {
    let root = FileManager.default.temporaryDirectory.path
    let prefix = "idpbuilder-\(purpose)-"
    Self.removeAbandoned(in: root, prefix)
    let path = "\(root)/\(prefix)\(UUID().uuidString)"
    // Under another name until it is locked, so that nobody takes it for abandoned.
    let fresh = path + Self.freshSuffix
    guard mkdir(fresh, 0o700) == 0 else { throw Self.failure(fresh) }
    descriptor = open(fresh, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    self.path = path
    guard descriptor >= 0 else { throw Self.failure(fresh) }
    _ = flock(descriptor, LOCK_EX | LOCK_NB)
    guard rename(fresh, path) == 0 else {
      let failure = Self.failure(path)
      rmdir(fresh)
      throw failure
    }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    if descriptor >= 0 { close(descriptor) }
  }

  private static let freshSuffix = ".new"
  /// How long making one can take at most, in seconds.
  private static let longestMaking = 600

  private static func removeAbandoned(in root: String, _ prefix: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [] where name.hasPrefix(prefix) {
      let path = "\(root)/\(name)"
      let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(),
        !name.hasSuffix(freshSuffix) || time(nil) - status.st_mtim.tv_sec > longestMaking,
        flock(descriptor, LOCK_EX | LOCK_NB) == 0
      else { continue }
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  private static func failure(_ path: String) -> GitError {
    GitError(.inputOutput, "make the directory \(path)", String(cString: strerror(errno)))
  }
}
