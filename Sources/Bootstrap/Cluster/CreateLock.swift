import Diagnostics
import Glibc

/// Keeps two `create` commands for the same cluster from working at the same time.
///
/// A lock of the operating system on a file (`flock(2)`): it is gone when the process is, however it ended, so that
/// nothing has to be cleaned up. The file itself is empty but for the holder's process id, and stays.
final class CreateLock {
  private let descriptor: Int32

  /// Takes the lock.
  ///
  /// - Parameters:
  ///   - name: The cluster's name.
  ///   - engine: The engine's address: the same name on two engines means two clusters.
  ///   - environment: For `XDG_RUNTIME_DIR`; without it a directory of this user under `/tmp` is used.
  /// - Throws: `Failure` if another process has it or the file cannot be opened.
  init(name: String, engine: String, environment: [String: String]) throws(Failure) {
    let directory = environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp/idpbuilder-\(getuid())"
    mkdir(directory, 0o700)
    let safe = engine.map { $0.isLetter || $0.isNumber ? $0 : "-" }
    let path = "\(directory)/idpbuilder-\(String(safe))-\(name).lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw Failure(
        "the lock file \(path) cannot be opened", cause: String(cString: strerror(errno)),
        remedy: "set XDG_RUNTIME_DIR to a directory you own", status: .permissionDenied)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let holder = Self.read(descriptor)
      close(descriptor)
      throw Failure(
        "cluster \(name) is being created by another idpbuilder",
        cause: holder.isEmpty ? nil : "process \(holder) holds \(path)",
        remedy: "wait for it to end, or end it, and run the command again", status: .cannotCreate)
    }
    let text = String(getpid())
    ftruncate(descriptor, 0)
    _ = text.withCString { pwrite(descriptor, $0, text.utf8.count, 0) }
  }

  deinit { close(descriptor) }

  private static func read(_ descriptor: Int32) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
      let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
      return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
  }
}
