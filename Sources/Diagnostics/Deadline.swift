/// A moment by which something must have happened.
public struct Deadline: Sendable, Hashable {
  /// The moment on the continuous clock (it goes on while the machine sleeps), or nil for no limit.
  public let instant: ContinuousClock.Instant?

  /// No limit. Cancellation still ends the wait.
  public static let never = Deadline(instant: nil)

  /// The moment `duration` from now.
  public static func after(_ duration: Duration) -> Deadline { Deadline(instant: .now + duration) }

  /// The earlier of this deadline and the moment `duration` from now.
  public func atMost(_ duration: Duration) -> Deadline {
    let other = ContinuousClock.now + duration
    return Deadline(instant: instant.map { min($0, other) } ?? other)
  }

  /// What is left, zero when the moment has passed, nil when there is no limit.
  public var remaining: Duration? { instant.map { max(.zero, $0 - .now) } }

  /// Whether the moment has passed.
  public var hasPassed: Bool { instant.map { $0 <= .now } ?? false }
}

/// A deadline passed while something was awaited.
public struct DeadlineExceeded: ExplainedError {
  /// What was awaited, in words: `containerd in node localdev-control-plane`.
  public let awaited: String

  /// Names what was awaited.
  public init(awaiting awaited: String) { self.awaited = awaited }

  /// Says what was awaited in vain.
  public var description: String { "timed out waiting for \(awaited)" }
  /// The exit code for deadlines.
  public var exitStatus: ExitStatus { .timedOut }
}

/// Runs `body` and cancels it when the deadline passes.
///
/// The body must answer cancellation promptly (all of this project's clients do); its result is still returned if it
/// was ready just in time.
///
/// - Parameters:
///   - deadline: When to give up.
///   - awaited: What is awaited, for the error.
///   - body: The work; called once.
/// - Returns: What `body` returned.
/// - Throws: ``DeadlineExceeded`` when the deadline passed first, otherwise what `body` throws.
public func withDeadline<Result: Sendable>(
  _ deadline: Deadline, awaiting awaited: String, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  guard let instant = deadline.instant else { return try await body() }
  return try await withThrowingTaskGroup(of: Result?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await ContinuousClock().sleep(until: instant)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let result = first else {
      throw DeadlineExceeded(awaiting: awaited)
    }
    return result
  }
}
