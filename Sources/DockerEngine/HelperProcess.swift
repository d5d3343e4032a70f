import Glibc
import Synchronization

/// One run of a credential helper: spawn, feed, read to the end, reap.
enum HelperProcess {
  /// The largest accepted output in bytes.
  private static let outputLimit = 1 << 20

  /// The process that runs, so that it can be killed while another thread waits for it.
  ///
  /// Programs that it started may hold its output open for longer; so the one who reads is woken by a pipe.
  private final class Child: Sendable {
    private let alarm: Int32
    private let state = Mutex((pid: pid_t(0), isDone: false, isKilled: false))

    /// - Parameter alarm: What to write to when the process is killed; it must stay open until that is reaped.
    init(alarm: Int32) { self.alarm = alarm }

    func started(_ pid: pid_t) {
      state.withLock { state in
        state.pid = pid
        if state.isKilled { Glibc.kill(pid, SIGKILL) }
      }
    }

    /// Reaps under the lock, so that the process id cannot be another process's when it is killed.
    func reapIfEnded(_ status: inout Int32) -> Bool {
      state.withLock { state in
        var found: Int32 = 0
        guard waitpid(state.pid, &found, WNOHANG) != 0 else { return false }
        status = found
        state.isDone = true
        return true
      }
    }

    func kill() {
      state.withLock { state in
        state.isKilled = true
        guard state.pid > 0 && !state.isDone else { return }
        Glibc.kill(state.pid, SIGKILL)
        _ = write(alarm, "!", 1)
      }
    }

    var isKilled: Bool { state.withLock { $0.isKilled } }
    var pid: pid_t { state.withLock { $0.pid } }
  }

  static func run(
    _ program: String, _ arguments: [String], input: [UInt8], environment: [String: String], limit: Duration
  ) async throws -> CredentialHelper.Result {
    let alarm = try Pipe()
    defer { alarm.closeWriting() }
    let (alarmReading, child) = (alarm.reading, Child(alarm: alarm.writing))
    let guardTask = Task {
      try await ContinuousClock().sleep(for: limit)
      child.kill()
    }
    defer { guardTask.cancel() }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        onThread {
          continuation.resume(
            returning: Result { () throws(CredentialHelper.Problem) in
              try runBlocking(
                program, arguments, input: input, environment: environment, child: child, alarm: alarmReading)
            })
        }
      }
    } onCancel: {
      child.kill()
    }
    try Task.checkCancellation()
    let answer = try result.get()
    if child.isKilled { throw CredentialHelper.Problem("it did not answer within \(limit)") }
    return answer
  }

  private static func runBlocking(
    _ program: String, _ arguments: [String], input: [UInt8], environment: [String: String], child: Child,
    alarm: Int32
  ) throws(CredentialHelper.Problem) -> CredentialHelper.Result {
    let toChild = try Pipe()
    let fromChild = try Pipe()
    let pid = try spawn(
      program, arguments, environment: environment, input: toChild.reading, output: fromChild.writing)
    child.started(pid)
    toChild.closeReading()
    fromChild.closeWriting()
    // The registry's name is far smaller than a pipe, so this cannot block; a helper that does not read it is no error.
    _ = input.withUnsafeBytes { write(toChild.writing, $0.baseAddress, $0.count) }
    toChild.closeWriting()
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !child.isKilled {
      var ends = [fromChild.reading, alarm].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&ends, 2, -1) > 0 || errno == EINTR else { break }
      if ends[0].revents == 0 { continue }
      let count = read(fromChild.reading, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      output += buffer[..<count]
      if output.count > outputLimit { child.kill() }
    }
    // Waits for the end without reaping, and then reaps under the lock.
    var information = siginfo_t()
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
    var status: Int32 = 0
    _ = child.reapIfEnded(&status)
    if output.count > outputLimit { throw CredentialHelper.Problem("it wrote more than \(outputLimit) bytes") }
    let signal = status & 0x7f
    return CredentialHelper.Result(exitCode: Int(signal == 0 ? (status >> 8) & 0xff : 128 + signal), output: output)
  }

  private static func spawn(
    _ program: String, _ arguments: [String], environment: [String: String], input: Int32, output: Int32
  ) throws(CredentialHelper.Problem) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The thread that spawns blocks all signals; the helper must not inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let code = posix_spawnp(&pid, program, &actions, &attributes, &argv, &envp)
    guard code == 0 else {
      throw CredentialHelper.Problem(
        code == ENOENT ? "there is no program \(program) in PATH" : String(cString: strerror(code)))
    }
    return pid
  }

  /// Blocking calls have a thread of their own.
  private static func onThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body))
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        // A helper that does not read its input must not end the program by SIGPIPE.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    if code == 0 {
      pthread_detach(thread)
    } else {
      // No thread can be had; better to block here than not at all.
      box.takeRetainedValue().body()
    }
  }
}

/// Both ends of a pipe, closed at the latest with the object. Used by one thread.
private final class Pipe {
  private(set) var reading: Int32
  private(set) var writing: Int32

  init() throws(CredentialHelper.Problem) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw CredentialHelper.Problem(String(cString: strerror(errno))) }
    // Nothing but this file starts programs, so none can slip in between.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  func closeReading() {
    if reading >= 0 { close(reading) }
    reading = -1
  }

  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  deinit {
    closeReading()
    closeWriting()
  }
}
