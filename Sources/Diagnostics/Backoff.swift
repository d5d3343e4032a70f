/// The pauses between attempts at something that gives no notice when it becomes possible.
///
/// For use only where the other side offers no watch, event stream or blocking call. Pauses double up to a limit and
/// are shortened at random by up to a quarter, so that many waiters do not knock in step.
public struct Backoff: Sendable {
  private var next: Duration
  private let limit: Duration

  /// Starts with a pause of `first` and doubles it up to `limit`.
  public init(first: Duration = .milliseconds(20), limit: Duration = .seconds(1)) {
    next = first
    self.limit = limit
  }

  /// Waits for the next pause, but not past the deadline.
  ///
  /// - Throws: ``DeadlineExceeded`` if the deadline has passed already, `CancellationError` when cancelled.
  public mutating func pause(until deadline: Deadline, awaiting awaited: String) async throws {
    if deadline.hasPassed { throw DeadlineExceeded(awaiting: awaited) }
    let pause = next * Double.random(in: 0.75...1)
    next = min(next * 2, limit)
    try await ContinuousClock().sleep(for: min(pause, deadline.remaining ?? pause))
  }
}
