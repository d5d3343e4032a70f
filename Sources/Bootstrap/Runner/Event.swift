public import Diagnostics

/// Something that happened while a plan ran. All that a screen, a log in CI or an editor learns about a run, it learns
/// from these.
public struct Event: Sendable {
  /// What happened.
  public enum Kind: Sendable {
    /// One line about the whole run: `Platform localdev · Docker Engine 28.2 · kindest/node:v1.36.1`.
    case heading(String)
    /// A step belongs to the plan. These come first, in the plan's order.
    case stepPlanned(StepID, title: String, after: [StepID])
    /// Everything that the step comes after is done; it looks at the world and then works.
    case stepStarted(StepID)
    /// What the step does or waits for now, in words of the component; the fraction, 0 to 1, where one is known.
    case stepProgress(StepID, message: String, fraction: Double?)
    /// The step is done, after `duration`; `skipped` says that there was nothing to do.
    case stepFinished(StepID, duration: Duration, detail: String?, skipped: Bool)
    /// The step failed; everything else is being cancelled.
    case stepFailed(StepID, Failure)
    /// Something worth saying that stops nothing, such as a warning of the API server.
    case warning(String)
    /// What a failed or cancelled run made is being taken back: `removing node localdev-control-plane`.
    case cleanup(String)
    /// Taking something back failed.
    case cleanupFailed(Failure)
    /// Every step is done.
    case finished(total: Duration)
  }

  /// The time since the run began.
  public let elapsed: Duration
  /// What happened.
  public let kind: Kind

  /// Notes that something happened.
  public init(at elapsed: Duration, _ kind: Kind) {
    self.elapsed = elapsed
    self.kind = kind
  }
}
