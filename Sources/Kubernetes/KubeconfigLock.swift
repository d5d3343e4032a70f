#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file whose existence is a lock, as kubectl and kind use it for kubeconfigs (client-go,
/// tools/clientcmd/config.go, `lockFile`).
///
/// Theirs stays when its holder is killed. Ours carries a lock of the operating system (`flock(2)`) as well, which ends
/// with its holder, so that a file which a killed idpbuilder left is known as such and removed.
struct KubeconfigLock {
  /// Who made the file; kubectl and kind leave it empty and without permissions.
  private static let mark = Array("idpbuilder\n".utf8)
  /// A lock file of ours without the mark is one that is being made, or whose maker was killed while it made it.
  private static let youngest = 2

  private let path: String
  private let descriptor: Int32

  /// Takes the lock if it is free, or if whoever had it is dead.
  ///
  /// - Returns: The lock; nil if somebody has it.
  /// - Throws: ``FileFault`` if the file cannot be made.
  static func take(_ path: String) throws(FileFault) -> KubeconfigLock? {
    let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      guard errno == EEXIST else { throw FileFault(operation: "create", path: path) }
      removeIfAbandoned(path)
      return nil
    }
    // Waits for no longer than somebody takes to see that the file is young.
    _ = flock(descriptor, LOCK_EX)
    _ = mark.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    return KubeconfigLock(path: path, descriptor: descriptor)
  }

  /// Gives the lock back.
  func release() {
    unlink(path)
    close(descriptor)
  }

  private static func removeIfAbandoned(_ path: String) {
    var (present, opened) = (stat(), stat())
    guard stat(path, &present) == 0, present.st_mode & 0o777 == 0o600 else { return }
    let descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Whoever holds the system's lock may remove the file, if it is still the one at the path.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &opened) == 0, stat(path, &present) == 0,
      opened.st_ino == present.st_ino, isOurs(descriptor) || time(nil) - opened.st_mtim.tv_sec > youngest
    else { return }
    unlink(path)
  }

  private static func isOurs(_ descriptor: Int32) -> Bool {
    var content = [UInt8](repeating: 0, count: mark.count)
    let count = content.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return count == mark.count && content == mark
  }
}
