public import Glibc
import Synchronization

/// How a program ended and what it used.
public struct ProgramResult: Sendable {
  /// The exit status; 128 + the signal's number for a program that a signal ended.
  public var status: Int32
  /// What it wrote to standard output.
  public var output: String
  /// What it wrote to standard error.
  public var errors: String
  /// From start to end.
  public var duration: Duration
  /// Processor time of the program and of the children it waited for.
  public var cpu: Duration
  /// The largest resident set, in bytes.
  public var peakMemory: Int
  /// Whether it was ended because its time was over.
  public var ranOutOfTime: Bool

  /// Both outputs, for messages.
  public var transcript: String { "status \(status)\n--- output\n\(output)\n--- errors\n\(errors)" }
}

/// A program could not be started.
public struct ProgramError: Error, CustomStringConvertible {
  /// What happened.
  public let description: String

  /// Wraps a message.
  public init(_ description: String) { self.description = description }
}

/// A running program; its output is read by threads, so that it never has to wait for us.
public final class Program: Sendable {
  private struct State {
    var output: [UInt8] = []
    var errors: [UInt8] = []
    var openStreams = 2
    var usage: (status: Int32, usage: rusage, end: ContinuousClock.Instant)?
    var killedForTime = false
    var waiters: [(condition: @Sendable (String) -> Bool, continuation: CheckedContinuation<Bool, Never>)] = []
    var finished: [CheckedContinuation<Void, Never>] = []
  }

  /// The process's id.
  public let identifier: pid_t
  private let started: ContinuousClock.Instant
  private let state = Mutex(State())
  private static let spawning = Mutex(0)

  /// Starts a program.
  /// - Parameters:
  ///   - path: an absolute path, or a name to look for in `PATH`.
  ///   - arguments: without the program's own name.
  ///   - environment: the whole environment.
  ///   - input: a file for standard input.
  ///   - limit: after this time it is killed.
  /// - Throws: ``ProgramError`` if it cannot be started.
  public init(
    _ path: String, _ arguments: [String], environment: [String: String], input: String = "/dev/null",
    limit: Duration
  ) throws {
    var outputPipe: [Int32] = [-1, -1]
    var errorPipe: [Int32] = [-1, -1]
    // One at a time: a child started between `pipe` and `fcntl` would keep the ends open.
    Self.spawning.withLock { _ in
      pipe(&outputPipe)
      pipe(&errorPipe)
      for end in outputPipe + errorPipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, outputPipe[1], 1)
    posix_spawn_file_actions_adddup2(&actions, errorPipe[1], 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    // A group of its own, so that Ctrl-C can be sent as a terminal sends it.
    // Signals that this process was started to ignore, as shells do for what runs behind a &, are not ignored there.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGDEF))
    var identifier = pid_t()
    let argv = ([path] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    let result = Self.spawning.withLock { _ in posix_spawnp(&identifier, path, &actions, &attributes, argv, envp) }
    for pointer in argv + envp { free(pointer) }
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    close(outputPipe[1])
    close(errorPipe[1])
    started = .now
    self.identifier = identifier
    guard result == 0 else {
      close(outputPipe[0])
      close(errorPipe[0])
      throw ProgramError("\(path): \(String(cString: strerror(result)))")
    }
    read(outputPipe[0], into: \.output)
    read(errorPipe[0], into: \.errors)
    thread { [self] in wait() }
    Task { [weak self] in
      try? await Task.sleep(for: limit)
      self?.endForTime()
    }
  }

  /// Sends a signal to the program and its children, as Ctrl-C in a terminal does.
  public func signal(_ number: Int32) { kill(-identifier, number) }

  /// Waits until the outputs together fulfil a condition.
  /// - Returns: false if the program ended first.
  public func output(fulfils condition: @escaping @Sendable (String) -> Bool) async -> Bool {
    await withCheckedContinuation { continuation in
      state.withLock { state in
        let text = Self.text(state)
        if condition(text) {
          continuation.resume(returning: true)
        } else if state.openStreams == 0 {
          continuation.resume(returning: false)
        } else {
          state.waiters.append((condition, continuation))
        }
      }
    }
  }

  /// What a sanitizer that the program was built with has reported so far, to the end of the program's errors.
  public var sanitizerFinding: String? {
    let lines = state.withLock { String(decoding: $0.errors, as: UTF8.self) }.split(separator: "\n")
    let signs = ["AddressSanitizer:", "ThreadSanitizer:", "LeakSanitizer:"]
    guard let first = lines.firstIndex(where: { line in signs.contains { line.contains($0) } }) else { return nil }
    return lines[first...].joined(separator: "\n")
  }

  /// Waits for the end.
  public func result() async -> ProgramResult {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      state.withLock { state in
        if Self.isFinished(state) { continuation.resume() } else { state.finished.append(continuation) }
      }
    }
    return state.withLock { state in
      let (status, usage, end) = state.usage ?? (0, rusage(), .now)
      let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
      let micros = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
      let signal = status & 0x7f
      return ProgramResult(
        status: signal == 0 ? (status >> 8) & 0xff : 128 + signal,
        output: String(decoding: state.output, as: UTF8.self),
        errors: String(decoding: state.errors, as: UTF8.self), duration: end - started,
        cpu: .seconds(seconds) + .microseconds(micros), peakMemory: usage.ru_maxrss * 1_024,
        ranOutOfTime: state.killedForTime)
    }
  }

  /// Starts a program and waits for its end.
  public static func run(
    _ path: String, _ arguments: [String], environment: [String: String], input: String = "/dev/null",
    limit: Duration = .seconds(120)
  ) async throws -> ProgramResult {
    try await Program(path, arguments, environment: environment, input: input, limit: limit).result()
  }

  // MARK: Threads

  private func read(_ descriptor: Int32, into stream: any WritableKeyPath<State, [UInt8]> & Sendable) {
    thread { [self] in
      while true {
        let part = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
          count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
        }
        state.withLock { state in
          state[keyPath: stream] += part
          if part.isEmpty { state.openStreams -= 1 }
          wake(&state)
        }
        if part.isEmpty { break }
      }
      close(descriptor)
    }
  }

  private func wait() {
    var status: Int32 = 0
    var usage = rusage()
    wait4(identifier, &status, 0, &usage)
    let end = ContinuousClock.now
    state.withLock { state in
      state.usage = (status, usage, end)
      wake(&state)
    }
  }

  private func wake(_ state: inout State) {
    let text = Self.text(state)
    state.waiters.removeAll { waiter in
      if waiter.condition(text) {
        waiter.continuation.resume(returning: true)
        return true
      }
      if state.openStreams == 0 {
        waiter.continuation.resume(returning: false)
        return true
      }
      return false
    }
    guard Self.isFinished(state) else { return }
    for continuation in state.finished { continuation.resume() }
    state.finished = []
  }

  private func endForTime() {
    let isRunning = state.withLock { state in
      if state.usage == nil { state.killedForTime = true }
      return state.usage == nil
    }
    if isRunning { kill(-identifier, SIGKILL) }
  }

  private static func isFinished(_ state: State) -> Bool { state.usage != nil && state.openStreams == 0 }

  private static func text(_ state: State) -> String {
    String(decoding: state.output, as: UTF8.self) + String(decoding: state.errors, as: UTF8.self)
  }
}

/// Runs a body on a thread of its own.
private func thread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let box = Unmanaged.passRetained(Box(body))
  var thread = pthread_t()
  pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
  pthread_detach(thread)
}
