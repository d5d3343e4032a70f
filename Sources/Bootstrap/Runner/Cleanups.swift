import Diagnostics
import Synchronization

/// What a run that fails or is cancelled must do before it ends: save evidence, and take back what it made.
public final class Cleanups: Sendable {
  /// One thing to do.
  public struct Hook: Sendable {
    /// When a hook applies.
    public enum Kind: Sendable {
      /// Takes back something that was made.
      case rollback
      /// Saves something that explains the failure.
      case evidence
    }

    let title: String
    let kind: Kind
    let action: @Sendable () async throws -> String?

    init(title: String, kind: Kind, _ action: @escaping @Sendable () async throws -> String?) {
      self.title = title
      self.kind = kind
      self.action = action
    }
  }

  /// Why the run ends early.
  enum Reason { case failure, cancellation }

  private struct State {
    var hooks: [Hook] = []
    var kept: String?
  }
  private let state = Mutex(State())

  /// Nothing to do yet.
  public init() {}

  func add(_ hook: Hook) { state.withLock { $0.hooks.append(hook) } }

  func keep(_ sentence: String) {
    state.withLock {
      $0.hooks.removeAll { $0.kind == .rollback }
      $0.kept = sentence
    }
  }

  /// Does what applies, last registered first: evidence before any rollback, as it may need what is taken back.
  ///
  /// It works in a task of its own, which the cancellation of the run does not reach, and gives up at the deadline.
  ///
  /// - Parameters:
  ///   - reason: A cancelled run saves no evidence.
  ///   - retain: Take nothing back.
  ///   - limit: The time for all of it.
  ///   - events: Told what is done and what of it failed.
  /// - Returns: What is left behind, in sentences for the failure's `state`; nil when there is nothing to say.
  func run(_ reason: Reason, retain: Bool, limit: Duration, events: EventSink) async -> String? {
    let (hooks, kept) = state.withLock { state in
      defer { state.hooks = [] }
      return (Array(state.hooks.reversed()), state.kept)
    }
    let evidence = reason == .failure ? hooks.filter { $0.kind == .evidence } : []
    let rollbacks = hooks.filter { $0.kind == .rollback }
    let deadline = Deadline.after(limit)
    return await Task {
      var sentences: [String] = []
      var isRemoved = reason == .failure && !retain && !rollbacks.isEmpty
      for hook in evidence + (retain ? [] : rollbacks) {
        events.send(.cleanup(hook.title))
        do {
          let sentence = try await withDeadline(deadline, awaiting: hook.title) { try await hook.action() }
          if let sentence { sentences.append(sentence) }
        } catch {
          events.send(.cleanupFailed(Failure("\(hook.title) failed", because: error)))
          if hook.kind == .rollback {
            sentences.append("\(hook.title) failed")
            isRemoved = false
          }
        }
      }
      if isRemoved { sentences.append("what was made is removed again") }
      if retain, !rollbacks.isEmpty { sentences.append("what was made is retained, as asked") }
      if let kept { sentences.append(kept) }
      return sentences.isEmpty ? nil : sentences.joined(separator: "; ")
    }.value
  }
}
