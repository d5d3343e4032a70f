import Diagnostics
import HTTP

/// Decides whether a call may be sent again, and waits as the engine asks.
///
/// A request that the engine did not begin with (429) is repeated whatever it is; one that may have had an effect (the
/// connection was lost, the answer cannot be read, a status of 500, 502, 503 or 504) only if it does no harm to have it
/// twice. At most twice for a refusal, and three times for a loss.
struct Repetitions {
  /// The longest pause an engine can ask for with `Retry-After`.
  static let longestPause = Duration.seconds(10)

  /// Whether an earlier attempt may have done what was asked.
  private(set) var mayBeDone = false
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
    isHarmless = call.isHarmlessTwice ?? [.get, .head, .put, .delete].contains(call.method)
    canBeSentAgain = if case .streamed = call.body { false } else { true }
    deadline = call.deadline
    operation = call.operation
  }

  /// Waits before the next attempt, after the engine refused the last one.
  ///
  /// - Parameters:
  ///   - response: The refusing response.
  ///   - error: What it says.
  /// - Returns: Whether there may be another attempt.
  /// - Throws: ``EngineError``.
  mutating func mayRepeat(after response: Response, _ error: EngineError) async throws -> Bool {
    guard response.status == 429 || (isHarmless && Self.isPassing(error)), takeAttempt() else { return false }
    if let seconds = response.headers["Retry-After"].flatMap({ Int($0) }), seconds >= 0 {
      let pause = min(.seconds(seconds), Self.longestPause)
      if let remaining = deadline.remaining, remaining < pause { return false }
      try await ContinuousClock().sleep(for: pause)
    } else {
      try await backoff.pause(until: deadline, awaiting: operation)
    }
    if response.status != 429 { mayBeDone = true }
    return true
  }

  /// Whether a refusal may be gone a moment later. The engine answers 500 to much that stays as it is, too.
  private static func isPassing(_ error: EngineError) -> Bool {
    guard let status = error.status, [500, 502, 503, 504].contains(status) else { return false }
    return !error.isPortTaken && !error.isDiskFull
  }

  /// Waits before the next attempt, after the connection was lost or could not be made, or the answer was spoilt.
  ///
  /// - Parameters:
  ///   - error: What became of the last attempt.
  ///   - wasReached: Whether the engine has answered before: one that was never reached will not be in a moment, one that
  ///     was may be starting again.
  /// - Returns: Whether there may be another attempt.
  /// - Throws: ``EngineError``.
  mutating func mayRepeat(after error: EngineError, wasReached: Bool) async throws -> Bool {
    let isPassing = error.isAnswerLost || (error.code == .unreachable && (wasLost || wasReached))
    // Nothing has come of a request whose connection could not be made.
    guard isPassing, isHarmless || error.code == .unreachable, canBeSentAgain, lossesLeft > 0, !deadline.hasPassed
    else { return false }
    lossesLeft -= 1
    wasLost = true
    if error.code != .unreachable { mayBeDone = true }
    try await backoff.pause(until: deadline, awaiting: operation)
    return true
  }

  private mutating func takeAttempt() -> Bool {
    guard canBeSentAgain, left > 0, !deadline.hasPassed else { return false }
    left -= 1
    return true
  }
}
