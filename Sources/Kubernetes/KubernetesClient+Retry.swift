public import Diagnostics
public import Documents
import HTTP
import Logging

extension KubernetesClient {
  /// Repeats an attempt that fails for a reason that passes by itself: an overloaded or starting server, an admission
  /// webhook whose pod is not up yet, a lost connection; and a few times one that may pass: a server that fails, a spoilt
  /// answer. What is attempted must be safe to repeat.
  ///
  /// - Parameters:
  ///   - deadline: When to give up; the last refusal is thrown then.
  ///   - awaited: What is attempted, for the log.
  ///   - attempt: The attempt.
  /// - Returns: What the attempt returned.
  /// - Throws: What the attempt throws, unless it passes; `CancellationError` when cancelled.
  public func retryingTransientFailures<Result: Sendable>(
    until deadline: Deadline, awaiting awaited: String, _ attempt: @Sendable () async throws -> Result
  ) async throws -> Result {
    var backoff = Backoff(first: .milliseconds(50), limit: .seconds(2))
    var mishaps = 0
    while true {
      do {
        return try await attempt()
      } catch {
        if !Self.isTransient(error) {
          guard Self.isMishap(error), mishaps < 3 else { throw error }
          mishaps += 1
        }
        guard !deadline.hasPassed else { throw error }
        logger.debug("\(awaited) is tried again: \(error)")
        do {
          try await backoff.pause(until: deadline, awaiting: awaited)
        } catch is DeadlineExceeded {
          throw error
        }
      }
    }
  }

  /// Applies objects side by side, of which none may need another; transient failures are repeated.
  ///
  /// - Parameters:
  ///   - objects: The objects.
  ///   - fieldManager: Who owns the fields; see ``apply(_:fieldManager:force:subresource:options:deadline:)``.
  ///   - width: How many at once at most.
  ///   - deadline: When to give up.
  /// - Throws: The first error that does not pass by itself; the rest is cancelled then.
  public func applyAll(
    _ objects: [Value], fieldManager: String = "idpbuilder", width: Int = 8, deadline: Deadline
  ) async throws {
    try await sideBySide(objects, width: width) { object in
      try await self.retryingTransientFailures(until: deadline, awaiting: "an object") {
        _ = try await self.apply(
          object, fieldManager: fieldManager, options: WriteOptions(metadataOnly: true), deadline: deadline)
      }
    }
  }

  /// Does something with each of the objects, so many at once; the first error cancels the rest.
  func sideBySide(
    _ objects: [Value], width: Int, _ body: @escaping @Sendable (Value) async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, object) in objects.enumerated() {
        if index >= width { try await group.next() }
        group.addTask { try await body(object) }
      }
      try await group.waitForAll()
    }
  }

  private static func isMishap(_ error: any Error) -> Bool {
    error is ProtocolError || (error as? APIStatusError)?.code == 500
  }

  private static func isTransient(_ error: any Error) -> Bool {
    switch error {
    case let status as APIStatusError: status.isTransient
    case let failure as HTTPError: failure.isPassing
    default: false
    }
  }
}
