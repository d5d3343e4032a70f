import Synchronization

/// A value that one step makes and others wait for, perhaps before that step has ended.
///
/// Waiting ends at once when the waiting task is cancelled; a step that fails need not tell the waiters, since the
/// runner cancels them.
final class Promise<Value: Sendable>: Sendable {
  private enum State {
    case waiting([Int: CheckedContinuation<Value, any Error>])
    case fulfilled(Value)
  }
  private let state = Mutex((state: State.waiting([:]), next: 0))

  /// Gives the value to everybody who waits and will wait. Later calls change nothing.
  func fulfil(_ value: Value) {
    let waiting = state.withLock { current -> [CheckedContinuation<Value, any Error>] in
      guard case .waiting(let waiting) = current.state else { return [] }
      current.state = .fulfilled(value)
      return Array(waiting.values)
    }
    for continuation in waiting { continuation.resume(returning: value) }
  }

  /// The value if it is there already.
  var current: Value? {
    state.withLock { if case .fulfilled(let value) = $0.state { value } else { nil } }
  }

  /// Waits for the value.
  ///
  /// - Throws: `CancellationError`.
  func value() async throws -> Value {
    let id = state.withLock { current in
      defer { current.next += 1 }
      return current.next
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ready = state.withLock { current -> Result<Value, any Error>? in
          guard case .waiting(var waiting) = current.state else {
            guard case .fulfilled(let value) = current.state else { return nil }
            return .success(value)
          }
          // Cancelled before it began to wait: the handler below has run already and found nothing.
          if Task.isCancelled { return .failure(CancellationError()) }
          waiting[id] = continuation
          current.state = .waiting(waiting)
          return nil
        }
        if let ready { continuation.resume(with: ready) }
      }
    } onCancel: {
      let continuation = state.withLock { current -> CheckedContinuation<Value, any Error>? in
        guard case .waiting(var waiting) = current.state else { return nil }
        defer { current.state = .waiting(waiting) }
        return waiting.removeValue(forKey: id)
      }
      continuation?.resume(throwing: CancellationError())
    }
  }
}
