import Synchronization

/// Where a run sends its events: stamped with the time since the sink was made, one after the other, never out of
/// order.
public final class EventSink: Sendable {
  private let start: ContinuousClock.Instant
  private let now: @Sendable () -> ContinuousClock.Instant
  private let receive: Mutex<@Sendable (Event) -> Void>

  /// Sends events to a function.
  ///
  /// - Parameters:
  ///   - now: The clock; tests give their own.
  ///   - receive: Takes each event. Never called twice at a time; must be quick and must not send events itself.
  public init(
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, _ receive: @escaping @Sendable (Event) -> Void
  ) {
    start = now()
    self.now = now
    self.receive = Mutex(receive)
  }

  /// A sink whose events nobody wants.
  public static var discarding: EventSink { EventSink { _ in } }

  /// The time since the sink was made.
  public var elapsed: Duration { now() - start }

  /// Sends an event with the time of this moment.
  public func send(_ kind: Event.Kind) {
    receive.withLock { $0(Event(at: elapsed, kind)) }
  }
}
