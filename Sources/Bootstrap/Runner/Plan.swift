public import Diagnostics

/// Steps and the order that their needs impose on them.
///
/// A plan is a value: it can be printed (`--dry-run`), run by a ``Runner``, and checked in a test without running it.
public struct Plan: Sendable {
  /// What is wrong with a set of steps. Always a fault in the program, never in its input.
  public enum Fault: Error, Sendable, Hashable, ExplainedError {
    /// Two steps have the same id.
    case duplicate(StepID)
    /// A step comes after one that the plan does not have.
    case unknown(StepID, neededBy: StepID)
    /// Each of these steps waits for the next, and the last for the first.
    case cycle([StepID])

    /// Names the steps at fault.
    public var description: String {
      switch self {
      case .duplicate(let id): "the plan has two steps named \(id)"
      case .unknown(let id, let step): "step \(step) comes after \(id), which the plan does not have"
      case .cycle(let ids): "these steps wait for each other: \(ids.map(\.rawValue).joined(separator: " → "))"
      }
    }
    /// A fault in idpbuilder.
    public var exitStatus: ExitStatus { .internalError }
  }

  /// The steps, each behind everything that it comes after; steps free of each other keep the order they were given in.
  public let steps: [Step]

  /// Orders the steps.
  ///
  /// - Throws: ``Fault`` when ids are not unique, not known, or wait for each other.
  public init(_ steps: [Step]) throws(Fault) {
    var byID: [StepID: Step] = [:]
    for step in steps where byID.updateValue(step, forKey: step.id) != nil { throw .duplicate(step.id) }
    for step in steps {
      for needed in step.after where byID[needed] == nil { throw .unknown(needed, neededBy: step.id) }
    }
    var ordered: [Step] = []
    var placed: Set<StepID> = []
    var remaining = steps
    while !remaining.isEmpty {
      // The first that is free, again from the start each time: the order given is kept wherever needs allow.
      guard let index = remaining.firstIndex(where: { placed.isSuperset(of: $0.after) }) else {
        throw .cycle(Plan.cycle(among: remaining, byID, placed))
      }
      let step = remaining.remove(at: index)
      placed.insert(step.id)
      ordered.append(step)
    }
    self.steps = ordered
  }

  /// One circle among steps none of which can start; such a circle exists by then.
  private static func cycle(among stuck: [Step], _ byID: [StepID: Step], _ placed: Set<StepID>) -> [StepID] {
    var path: [StepID] = []
    var current = stuck.first?.id
    while let id = current {
      if let start = path.firstIndex(of: id) { return path[start...] + [id] }
      path.append(id)
      current = byID[id]?.after.first { !placed.contains($0) }
    }
    return path
  }
}

extension Plan: CustomStringConvertible {
  /// One line for each step, in an order in which they could run: title, id, and what it waits for.
  public var description: String {
    let titles = Dictionary(uniqueKeysWithValues: steps.map { ($0.id, $0.title) })
    return steps.enumerated().map { index, step in
      let needs = step.after.compactMap { titles[$0] }.joined(separator: ", ")
      return "\(index + 1). \(step.title)" + (needs.isEmpty ? "" : " (after \(needs))")
    }.joined(separator: "\n")
  }
}
