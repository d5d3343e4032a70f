import Diagnostics
import Glibc

/// A lock of the operating system on a file (`flock(2)`): it is gone when the process is, however it ended, so that
/// nothing has to be cleaned up. The file itself is empty but for the holder's process id, and stays.
final class LockFile: Sendable {
  /// The file.
  let path: String
  private let descriptor: Int32

  /// Opens the file; the lock is not taken yet.
  ///
  /// - Parameters:
  ///   - name: What is locked.
  ///   - engine: The engine's address: the same name on two engines means two things.
  ///   - environment: For `XDG_RUNTIME_DIR`; without it a directory of this user under `/tmp` is used.
  /// - Throws: `Failure` if the file cannot be opened.
  init(name: String, engine: String, environment: [String: String]) throws(Failure) {
    let directory = environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp/idpbuilder-\(getuid())"
    mkdir(directory, 0o700)
    let safe = engine.map { $0.isLetter || $0.isNumber ? $0 : "-" }
    path = "\(directory)/idpbuilder-\(String(safe))-\(name).lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw Failure(
        "the lock file \(path) cannot be opened", cause: String(cString: strerror(errno)),
        remedy: "set XDG_RUNTIME_DIR to a directory you own", status: .permissionDenied)
    }
  }

  deinit { close(descriptor) }

  /// Takes the lock if nobody has it.
  func take() -> Bool {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
    let text = String(getpid())
    ftruncate(descriptor, 0)
    _ = text.withCString { pwrite(descriptor, $0, text.utf8.count, 0) }
    return true
  }

  /// Takes the lock as soon as it is free. A lock gives no notice that can be cancelled, so it is asked for again and
  /// again.
  ///
  /// - Parameter waiting: Called once if somebody has it, with the process id.
  /// - Throws: `CancellationError`.
  func take(waiting: (String) -> Void) async throws {
    if take() { return }
    waiting(holder)
    var backoff = Backoff(first: .milliseconds(50), limit: .seconds(1))
    while !take() { try await backoff.pause(until: .never, awaiting: "the lock") }
  }

  /// The process id of who has the lock, or had it last.
  var holder: String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
      let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
      return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
  }
}
