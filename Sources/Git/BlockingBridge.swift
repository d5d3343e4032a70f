import Dispatch
import Synchronization

/// Lets blocking C code use asynchronous services.
///
/// The C code runs on a thread of its own. When one of its callbacks needs an asynchronous service, the task that
/// started it carries that out while the thread waits, so that the service sees the task's cancellation.
final class BlockingBridge: Sendable {
  private typealias Service = @Sendable () async -> Void
  private enum Event: Sendable {
    case service(Service)
    case finished
  }

  private struct State {
    var event: Event?
    var waiter: CheckedContinuation<Event, Never>?
  }

  private let state = Mutex(State())
  private let cancelled = Atomic<Bool>(false)

  /// Whether the task was cancelled; for callbacks that can stop the C code.
  var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  private init() {}

  /// Runs blocking code on a thread of its own.
  ///
  /// - Parameters:
  ///   - isAbandonable: Whether a cancelled task leaves the code to itself instead of waiting until it notices.
  ///   - body: The code.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws, or `CancellationError` if it failed after the task was cancelled.
  static func run<Value: Sendable>(
    isAbandonable: Bool = false, _ body: @escaping @Sendable (BlockingBridge) throws -> Value
  ) async throws -> Value {
    try Task.checkCancellation()
    let bridge = BlockingBridge()
    let outcome = Outcome<Value>()
    // A serial queue has a thread outside of the pool that Swift's tasks run on.
    DispatchQueue(label: "idpbuilder.git").async {
      outcome.set(Result { try body(bridge) })
      bridge.post(.finished)
    }
    await withTaskCancellationHandler {
      while case .service(let service) = await bridge.nextEvent() { await service() }
    } onCancel: {
      bridge.cancelled.store(true, ordering: .relaxed)
      if isAbandonable { bridge.post(.finished) }
    }
    do {
      return try outcome.take()
    } catch {
      try Task.checkCancellation()
      throw error
    }
  }

  /// Called on the C code's thread: has the task carry out `operation`, and waits for it.
  func wait<Value: Sendable>(for operation: @escaping @Sendable () async throws -> Value) throws -> Value {
    let outcome = Outcome<Value>()
    let done = DispatchSemaphore(value: 0)
    post(
      .service {
        do {
          outcome.set(.success(try await operation()))
        } catch {
          outcome.set(.failure(error))
        }
        done.signal()
      })
    done.wait()
    return try outcome.take()
  }

  private func nextEvent() async -> Event {
    await withCheckedContinuation { continuation in
      let ready = state.withLock { state -> Event? in
        defer { state.event = nil }
        if state.event == nil { state.waiter = continuation }
        return state.event
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }

  private func post(_ event: Event) {
    let waiter = state.withLock { state -> CheckedContinuation<Event, Never>? in
      defer { state.waiter = nil }
      if state.waiter == nil { state.event = event }
      return state.waiter
    }
    waiter?.resume(returning: event)
  }
}

/// Carries a result from one thread to another.
private final class Outcome<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)

  func set(_ value: Result<Value, any Error>) { result.withLock { $0 = value } }

  func take() throws -> Value {
    guard let result = result.withLock({ $0 }) else {
      throw GitError(.library(0), "run libgit2", "the work ended without a result")
    }
    return try result.get()
  }
}
