import Diagnostics
import Glibc
import Synchronization
import Terminal

/// Ctrl-C and its relatives: the first cancels the command, which then cleans up; the second ends the program at once.
///
/// The signals are blocked for all threads and taken by `sigwait` on a thread of their own, so that ordinary code, and
/// no signal handler, answers them.
final class Interruption: Sendable {
  private let received = Mutex<ExitStatus?>(nil)

  /// The exit code that belongs to the signal, once there was one.
  var status: ExitStatus? { received.withLock { $0 } }

  /// Takes SIGINT, SIGTERM and SIGHUP from now on. Call before any other thread is started, as threads inherit what
  /// is blocked. A signal that the parent made us ignore (`nohup`, background jobs) stays ignored.
  ///
  /// - Parameter onFirst: Called once, on the thread of the signals.
  func watch(_ onFirst: @escaping @Sendable () -> Void) {
    let signals = [SIGINT, SIGTERM, SIGHUP].filter { !Interruption.isIgnored($0) }
    let state = Watcher(interruption: self, signals: signals, onFirst: onFirst)
    var set = Interruption.set(signals)
    pthread_sigmask(SIG_BLOCK, &set, nil)
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(state).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Watcher>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, argument)
    guard code == 0 else {
      // Without the thread the signals do what they do by default.
      Unmanaged<Watcher>.fromOpaque(argument).release()
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
      return
    }
    pthread_detach(thread)
  }

  /// Notes a signal.
  ///
  /// - Returns: Whether it is the first.
  func receive(_ signal: Int32) -> Bool {
    received.withLock { received in
      defer { received = received ?? (signal == SIGINT ? .interrupted : .terminated) }
      return received == nil
    }
  }

  fileprivate static func set(_ signals: [Int32]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    return set
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private final class Watcher: Sendable {
    let interruption: Interruption
    let signals: [Int32]
    let onFirst: @Sendable () -> Void

    init(interruption: Interruption, signals: [Int32], onFirst: @escaping @Sendable () -> Void) {
      self.interruption = interruption
      self.signals = signals
      self.onFirst = onFirst
    }

    func run() {
      var set = Interruption.set(signals)
      while true {
        var signal: Int32 = 0
        guard sigwait(&set, &signal) == 0 else { continue }
        if interruption.receive(signal) {
          onFirst()
        } else {
          LiveRegion.restoreTerminal(.error)
          _exit(interruption.status?.rawValue ?? ExitStatus.interrupted.rawValue)
        }
      }
    }
  }
}
