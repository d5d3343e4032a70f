import Diagnostics
import HTTP

/// Decides whether a call may be sent again, and waits as the engine asks.
///
/// A request that the engine did not begin with (429) is repeated whatever it is; one that may have had an effect
/// (busy, 503; the connection was lost) only if it does no harm to have it twice. At most twice for the one reason, and three times for the other.
struct Repetitions {
  /// The longest pause an engine can ask for with `Retry-After`.
  static let longestPause = Duration.seconds(10)

  private let isHarmless: Bool
  /// A streamed body can be read only once.
  private let canBeSentAgain: Bool
  private let deadline: Deadline
  private var left = 2
  private var lossesLeft = 3
  private var wasLost = false
  private var backoff = Backoff(first: .milliseconds(200))
  private let operation: String

  init(_ call: Engine.Call) {
    isHarmless = call.isHarmlessTwice ?? (call.method == .get || call.method == .head)
    canBeSentAgain = if case .streamed = call.body { false } else { true }
    deadline = call.deadline
    operation = call.operation
  }

  /// Waits before the next attempt, after the engine refused the last one.
  ///
  /// - Parameter response: The refusing response.
  /// - Returns: Whether there may be another attempt.
  /// - Throws: ``EngineError``.
  mutating func mayRepeat(after response: Response) async throws -> Bool {
    guard response.status == 429 || (response.status == 503 && isHarmless), takeAttempt() else { return false }
    if let seconds = response.headers["Retry-After"].flatMap({ Int($0) }), seconds >= 0 {
      let pause = min(.seconds(seconds), Self.longestPause)
      if let remaining = deadline.remaining, remaining < pause { return false }
      try await ContinuousClock().sleep(for: pause)
    } else {
      try await backoff.pause(until: deadline, awaiting: operation)
    }
    return true
  }

  /// Waits before the next attempt, after the connection was lost or could not be made.
  ///
  /// - Parameters:
  ///   - error: What became of the last attempt.
  ///   - wasReached: Whether the engine has answered before: one that was never reached will not be in a moment, one that
  ///     was may be starting again.
  /// - Returns: Whether there may be another attempt.
  /// - Throws: ``EngineError``.
  mutating func mayRepeat(after error: EngineError, wasReached: Bool) async throws -> Bool {
    let isPassing = error.code == .closedEarly || (error.code == .unreachable && (wasLost || wasReached))
    // Nothing has come of a request whose connection could not be made.
    guard isPassing, isHarmless || error.code == .unreachable, canBeSentAgain, lossesLeft > 0, !deadline.hasPassed
    else { return false }
    lossesLeft -= 1
    wasLost = true
    try await backoff.pause(until: deadline, awaiting: operation)
    return true
  }

  private mutating func takeAttempt() -> Bool {
    guard canBeSentAgain, left > 0, !deadline.hasPassed else { return false }
    left -= 1
    return true
  }
}
