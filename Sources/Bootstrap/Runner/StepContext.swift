/// What a step is given to work with: a way to say what it does, and a way to have its work taken back.
public struct StepContext: Sendable {
  /// The step that works.
  public let step: StepID
  /// The run's events.
  public let events: EventSink
  /// What to take back should the run fail.
  public let cleanups: Cleanups

  /// Makes a context; tests use it to run one step alone.
  public init(step: StepID, events: EventSink = .discarding, cleanups: Cleanups = Cleanups()) {
    self.step = step
    self.events = events
    self.cleanups = cleanups
  }

  /// Says what the step does or waits for at this moment.
  ///
  /// - Parameters:
  ///   - message: A few words, of the component where it said something: `my-gitea 0/1: configuring admin`.
  ///   - fraction: How much is done, 0 to 1, where that is known.
  public func report(_ message: String, fraction: Double? = nil) {
    events.send(.stepProgress(step, message: message, fraction: fraction))
  }

  /// Says something that stops nothing but that the user should know.
  public func warn(_ message: String) { events.send(.warning(message)) }

  /// Registers what takes back something that this step is about to make, should the run fail or be cancelled.
  ///
  /// Register before making it: a creation that is cancelled half-way may have happened. Hooks run last in, first out,
  /// in a task that is not cancelled. They do not run with `--retain`, nor after ``keepWhatWasMade(_:)``.
  ///
  /// - Parameters:
  ///   - title: What is done, for people: `removing node localdev-control-plane`.
  ///   - action: Takes it back; must accept that there is nothing to take back.
  public func rollBack(_ title: String, _ action: @escaping @Sendable () async throws -> Void) {
    cleanups.add(
      Cleanups.Hook(title: title, kind: .rollback) {
        try await action(); return nil
      })
  }

  /// Registers what saves evidence when a step fails, such as a node's logs, before anything is taken back.
  ///
  /// Runs upon a failure, with `--retain` too, but not when the user cancelled.
  ///
  /// - Parameters:
  ///   - title: What is done, for people: `saving the node's logs`.
  ///   - action: Saves it, and returns a sentence that says where: `the node's logs are in /tmp/…`.
  public func collectEvidence(_ title: String, _ action: @escaping @Sendable () async throws -> String?) {
    cleanups.add(Cleanups.Hook(title: title, kind: .evidence, action))
  }

  /// From now on what was made is worth keeping: a later failure takes nothing of it back.
  ///
  /// - Parameter state: Said with a later failure: `the cluster is kept; run the same command again to continue`.
  public func keepWhatWasMade(_ state: String) { cleanups.keep(state) }
}
