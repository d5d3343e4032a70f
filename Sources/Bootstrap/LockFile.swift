import Diagnostics
import Glibc
import Synchronization

/// A lock of the operating system on a file (`flock(2)`): it is gone when the process is, however it ended.
///
/// The file itself, empty but for the holder's process id, is removed when the holder lets go; one that a killed process
/// left is taken over by the next.
final class LockFile: Sendable {
  private struct State {
    var descriptor: Int32
    var isHeld = false
  }

  /// The file.
  let path: String
  private let state: Mutex<State>

  /// Opens the file; the lock is not taken yet.
  ///
  /// - Parameters:
  ///   - name: What is locked.
  ///   - engine: The engine's address: the same name on two engines means two things.
  ///   - environment: For `XDG_RUNTIME_DIR`; without it a directory of this user under `/tmp` is used.
  /// - Throws: `Failure` if the file cannot be opened.
  init(name: String, engine: String, environment: [String: String]) throws(Failure) {
    let directory = Self.directory(environment)
    mkdir(directory, 0o700)
    path = Self.path(in: directory, name: name, engine: engine)
    let descriptor = Self.open(path)
    guard descriptor >= 0 else {
      throw Failure(
        "the lock file \(path) cannot be opened", cause: String(cString: strerror(errno)),
        remedy: "set XDG_RUNTIME_DIR to a directory you own", status: .permissionDenied)
    }
    state = Mutex(State(descriptor: descriptor))
  }

  deinit {
    let state = state.withLock { $0 }
    // While the lock is still held: nobody else can have taken over the file.
    if state.isHeld { unlink(path) }
    close(state.descriptor)
  }

  private static func directory(_ environment: [String: String]) -> String {
    environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp/idpbuilder-\(getuid())"
  }

  private static func path(in directory: String, name: String, engine: String) -> String {
    let safe = engine.map { $0.isLetter || $0.isNumber ? $0 : "-" }
    return "\(directory)/idpbuilder-\(String(safe))-\(name).lock"
  }

  /// Whether a process has the lock at this moment; changes nothing. See ``init(name:engine:environment:)``.
  static func isHeld(name: String, engine: String, environment: [String: String]) -> Bool {
    let path = path(in: directory(environment), name: name, engine: engine)
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// Takes the lock if nobody has it.
  func take() -> Bool {
    state.withLock { state in
      while flock(state.descriptor, LOCK_EX | LOCK_NB) == 0 {
        if Self.isStill(state.descriptor, at: path) {
          state.isHeld = true
          let text = String(getpid())
          ftruncate(state.descriptor, 0)
          _ = text.withCString { pwrite(state.descriptor, $0, text.utf8.count, 0) }
          return true
        }
        // The holder before us has removed the file: a lock on it keeps nobody out any more.
        let next = Self.open(path)
        guard next >= 0 else { return false }
        close(state.descriptor)
        state.descriptor = next
      }
      return false
    }
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
    let descriptor = state.withLock { $0.descriptor }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { buffer in
      let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
      return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
  }

  private static func open(_ path: String) -> Int32 {
    Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
  }

  private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
    var (opened, present) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && stat(path, &present) == 0 && opened.st_ino == present.st_ino
      && opened.st_dev == present.st_dev
  }
}
