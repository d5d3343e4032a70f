import Diagnostics
import Glibc
import Synchronization
import Terminal

/// Ctrl-C and its relatives: the first cancels the command, which then cleans up; the second ends the program at once.
///
/// The signals are blocked for all threads and taken by `sigwait` on the main thread, so that ordinary code, and no
/// signal handler, answers them. The main thread must not run the main dispatch queue instead (as an asynchronous
/// `main` does): `dispatch_main` unblocks all signals.
final class Interruption: Sendable {
  private struct State {
    var status: ExitStatus?
    var cancel: (@Sendable () -> Void)?
  }
  private let state = Mutex(State())

  /// The exit code that belongs to the signal, once there was one.
  var status: ExitStatus? { state.withLock { $0.status } }

  /// Blocks SIGINT, SIGTERM and SIGHUP for this thread and those that it starts.
  ///
  /// A signal that the parent made us ignore (`nohup`, background jobs) stays ignored.
  ///
  /// - Returns: The signals to wait for.
  static func block() -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(signal) { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    return set
  }

  /// Answers the signals until the process ends.
  ///
  /// - Parameter signals: What ``block()`` gave.
  func answer(_ signals: sigset_t) -> Never {
    var signals = signals
    while true {
      var signal: Int32 = 0
      guard sigwait(&signals, &signal) == 0, !receive(signal) else { continue }
      LiveRegion.restoreTerminal(.error)
      _exit(status?.rawValue ?? ExitStatus.interrupted.rawValue)
    }
  }

  /// Says what the first signal cancels; done at once if there was one already.
  ///
  /// - Parameter cancel: Called at most once, on the thread of the signals or on this one.
  func cancels(_ cancel: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      if state.status == nil { state.cancel = cancel }
      return state.status != nil
    }
    if isLate { cancel() }
  }

  /// Notes a signal, and cancels if it is the first.
  ///
  /// - Returns: Whether it is the first.
  func receive(_ signal: Int32) -> Bool {
    let (isFirst, cancel) = state.withLock { state in
      defer {
        state.status = state.status ?? (signal == SIGINT ? .interrupted : .terminated)
        state.cancel = nil
      }
      return (state.status == nil, state.cancel)
    }
    cancel?()
    return isFirst
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
