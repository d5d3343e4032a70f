public import FaultProxy
import Harness
import Synchronization

/// One fault done to every kind of request, several clusters side by side.
///
/// Most faults are done to all kinds of a group at once: the kind that `create` cannot recover from is then tried alone,
/// noted, and left out of the group's next run, until a run recovers. Faults that end nearly every request are done to
/// one kind per run from the beginning; such runs end early.
public struct FaultSweep: Sendable {
  /// What came of a kind of request.
  public enum Verdict: Sendable {
    case recovered
    /// It ended with a clear error, and the next create succeeded.
    case ended(String)
    /// It hung, crashed, said nothing of use, left something over, or kept the next create from succeeding.
    case failed(String)
    /// The request did not occur this time.
    case absent
  }

  private let matrix: FaultMatrix
  private let fault: Fault
  private let end: ContinuousClock.Instant?
  private let report: @Sendable (String, Verdict) -> Void

  /// A sweep.
  /// - Parameters:
  ///   - fault: the fault.
  ///   - matrix: the requests.
  ///   - end: when to begin no further run.
  ///   - report: told of each kind as soon as it is known.
  public init(
    _ fault: Fault, _ matrix: FaultMatrix, end: ContinuousClock.Instant? = nil,
    report: @escaping @Sendable (String, Verdict) -> Void
  ) {
    self.fault = fault
    self.matrix = matrix
    self.end = end
    self.report = report
  }

  /// Whether hardly anything recovers, so that kinds are better tried alone.
  private var isMostlyFinal: Bool { fault == .conflict || fault == .endless }

  /// Tries kinds of request.
  /// - Parameters:
  ///   - kinds: which; see ``FaultMatrix/kinds``.
  ///   - width: how many clusters at a time.
  public func run(_ kinds: [String], width: Int) async {
    let count = isMostlyFinal ? kinds.count : min(width, kinds.count)
    var groups = (0..<count).map { first in stride(from: first, to: kinds.count, by: count).map { kinds[$0] } }[...]
    await withTaskGroup { tasks in
      for number in 0..<min(width, groups.count) {
        guard let group = groups.popFirst() else { break }
        tasks.addTask {
          // The engine need not make all of them in the same second.
          try? await Task.sleep(for: .seconds(number))
          await sweep(group)
        }
      }
      while await tasks.next() != nil {
        if let group = groups.popFirst() { tasks.addTask { await sweep(group) } }
      }
    }
  }

  private func sweep(_ group: [String]) async {
    var left = Set(group)
    while !left.isEmpty {
      if let end, end < .now { return }
      let meant = left
      let last = LastKind()
      do {
        let run = try await matrix.run(fault) { key in
          guard meant.contains(key.pattern) else { return false }
          last.set(key.pattern)
          return true
        }
        let met = Set(run.injected.map(\.pattern))
        switch run.outcome {
        case .recovered:
          for kind in left.sorted() { report(kind, met.contains(kind) ? .recovered : .absent) }
          return
        case .gaveUp(let message):
          guard let culprit = run.injected.last?.pattern else {
            for kind in left.sorted() { report(kind, .failed("failed without a fault: \(message)")) }
            return
          }
          left.remove(culprit)
          if met.count == 1 { report(culprit, .ended(message)) } else { await alone(culprit) }
        }
      } catch {
        guard let culprit = last.kind, left.remove(culprit) != nil else {
          for kind in left.sorted() { report(kind, .failed("\(error)")) }
          return
        }
        report(culprit, .failed("\(error)"))
      }
    }
  }

  /// A kind that seems to have ended a run in which others met the fault, too.
  private func alone(_ kind: String) async {
    do {
      let run = try await matrix.run(fault) { $0.pattern == kind }
      switch run.outcome {
      case .recovered: report(kind, run.injected.isEmpty ? .absent : .recovered)
      case .gaveUp(let message): report(kind, .ended(message))
      }
    } catch {
      report(kind, .failed("\(error)"))
    }
  }
}

private final class LastKind: Sendable {
  private let state = Mutex<String?>(nil)
  var kind: String? { state.withLock { $0 } }
  func set(_ kind: String) { state.withLock { $0 = kind } }
}
