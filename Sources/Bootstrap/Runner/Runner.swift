public import Diagnostics

/// Runs a plan: each step as soon as what it comes after is done, all in one task group.
public struct Runner: Sendable {
  private let events: EventSink
  private let retain: Bool
  private let cleanupLimit: Duration

  /// Prepares to run plans.
  ///
  /// - Parameters:
  ///   - events: Told everything that happens.
  ///   - retain: Whether a failed run leaves what it made (`--retain`).
  ///   - cleanupLimit: The time that taking things back may take in all.
  public init(events: EventSink, retain: Bool = false, cleanupLimit: Duration = .seconds(60)) {
    self.events = events
    self.retain = retain
    self.cleanupLimit = cleanupLimit
  }

  /// Runs the plan to its end.
  ///
  /// The first step that fails cancels all others. Before this returns, the hooks that steps registered have run.
  ///
  /// - Throws: The `Failure` of the first step that failed, its `what` begun with the step's title; or
  ///   ``RunCancelled`` when the surrounding task was cancelled.
  public func run(_ plan: Plan) async throws {
    for step in plan.steps { events.send(.stepPlanned(step.id, title: step.title, after: step.after)) }
    let cleanups = Cleanups()
    do {
      try await runSteps(plan, cleanups)
    } catch let failed as StepFailure {
      var failure = failed.failure
      let state = await cleanups.run(.failure, retain: retain, limit: cleanupLimit, events: events)
      failure.state = [failure.state, state].compactMap(\.self).joined(separator: "; ").nilIfEmpty
      throw failure
    } catch {
      let state = await cleanups.run(.cancellation, retain: retain, limit: cleanupLimit, events: events)
      throw RunCancelled(state: state)
    }
    events.send(.finished(total: events.elapsed))
  }

  private func runSteps(_ plan: Plan, _ cleanups: Cleanups) async throws {
    try await withThrowingTaskGroup(of: StepID.self) { group in
      var waiting = plan.steps
      var done: Set<StepID> = []
      func startWhatCan() {
        for step in waiting where done.isSuperset(of: step.after) {
          group.addTask { try await run(step, cleanups) }
        }
        waiting.removeAll { done.isSuperset(of: $0.after) }
      }
      startWhatCan()
      // A throw leaves the group's body, which cancels the other steps and waits for them.
      while let id = try await group.next() {
        done.insert(id)
        startWhatCan()
      }
    }
    try Task.checkCancellation()
  }

  private func run(_ step: Step, _ cleanups: Cleanups) async throws -> StepID {
    try Task.checkCancellation()
    let context = StepContext(step: step.id, events: events, cleanups: cleanups)
    let start = events.elapsed
    events.send(.stepStarted(step.id))
    do {
      if case .satisfied(let detail) = try await step.isSatisfied(context) {
        events.send(.stepFinished(step.id, duration: events.elapsed - start, detail: detail, skipped: true))
        return step.id
      }
      let detail = try await step.run(context)
      events.send(.stepFinished(step.id, duration: events.elapsed - start, detail: detail, skipped: false))
      return step.id
    } catch {
      // What a client throws when it is cancelled from outside is no failure of the step, whatever its type.
      if Task.isCancelled { throw CancellationError() }
      let failure = Failure(of: step, error)
      events.send(.stepFailed(step.id, failure))
      throw StepFailure(failure: failure)
    }
  }
}

/// The user, or the program around it, cancelled the run.
public struct RunCancelled: ExplainedError {
  /// What was left behind, if anything.
  public let state: String?

  /// Says that it was cancelled.
  public var description: String { "cancelled" }
  /// As after Ctrl-C.
  public var exitStatus: ExitStatus { .interrupted }
}

private struct StepFailure: Error {
  let failure: Failure
}

extension Failure {
  /// A step's failure, begun with its title so that the user knows which line of the screen is meant.
  fileprivate init(of step: Step, _ error: any Error) {
    guard var failure = error as? Failure else {
      self.init("\(step.title) failed", because: error)
      // What no layer below has an advice for is mostly an accident of the moment.
      if remedy == nil { remedy = "run the same command again; if that fails, too: idpbuilder doctor" }
      return
    }
    if !failure.what.hasPrefix(step.title) { failure.what = "\(step.title): \(failure.what)" }
    self = failure
  }
}

extension String {
  fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
