import Diagnostics
import HTTP

/// Decides whether a call may be sent again, and waits as the engine asks.
///
/// Only questions (GET and HEAD) are repeated, at most twice, and only when the engine says that it is busy (429, 503)
/// or lost the connection before it answered. Everything else might have had an effect.
struct Repetitions {
  /// The longest pause an engine can ask for with `Retry-After`.
  static let longestPause = Duration.seconds(10)

  private let isQuestion: Bool
  private let deadline: Deadline
  private var left = 2
  private var backoff = Backoff(first: .milliseconds(200))
  private let operation: String

  init(_ call: Engine.Call) {
    isQuestion = call.method == .get || call.method == .head
    deadline = call.deadline
    operation = call.operation
  }

  /// Waits before the next attempt.
  ///
  /// - Parameter response: The refusing response; nil when the connection was lost.
  /// - Returns: Whether there may be another attempt.
  /// - Throws: ``EngineError``.
  mutating func mayRepeat(after response: Response?) async throws -> Bool {
    guard isQuestion, left > 0, !deadline.hasPassed else { return false }
    if let response, response.status != 429, response.status != 503 { return false }
    left -= 1
    if let seconds = response?.headers["Retry-After"].flatMap({ Int($0) }), seconds >= 0 {
      let pause = min(.seconds(seconds), Self.longestPause)
      if let remaining = deadline.remaining, remaining < pause { return false }
      try await ContinuousClock().sleep(for: pause)
    } else {
      try await backoff.pause(until: deadline, awaiting: operation)
    }
    return true
  }
}
