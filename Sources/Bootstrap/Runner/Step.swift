/// One piece of work of a plan, as the user sees it: `node image`, `control plane`, `gitea`.
///
/// A step looks at the world as it is (`isSatisfied`, which never changes anything) and, where something is missing,
/// makes it so (`run`, which must be safe to run again after it was killed anywhere).
public struct Step: Sendable {
  /// The answer of a look at the world.
  public enum Satisfaction: Sendable, Hashable {
    /// Something is missing: the step must run.
    case missing
    /// Everything is there already; the detail goes behind the tick (`present`).
    case satisfied(String?)
  }

  /// The stable name.
  public let id: StepID
  /// The name for people, a word or two in lower case: it starts a progress line and an error.
  public let title: String
  /// The steps that must be done before this one starts.
  public let after: [StepID]
  /// Looks whether there is anything to do. Changes nothing.
  public let isSatisfied: @Sendable (StepContext) async throws -> Satisfaction
  /// Makes it so, and returns the detail that goes behind the tick (`Kubernetes v1.36.1`).
  public let run: @Sendable (StepContext) async throws -> String?

  /// Describes a step; see the properties for the meaning of each part.
  ///
  /// - Parameters:
  ///   - id: The stable name.
  ///   - title: The name for people.
  ///   - after: The steps that must be done before this one starts.
  ///   - isSatisfied: Looks whether there is anything to do; left out, the step always runs.
  ///   - run: Makes it so.
  public init(
    _ id: StepID, title: String, after: [StepID] = [],
    isSatisfied: @escaping @Sendable (StepContext) async throws -> Satisfaction = { _ in .missing },
    run: @escaping @Sendable (StepContext) async throws -> String?
  ) {
    self.id = id
    self.title = title
    self.after = after
    self.isSatisfied = isSatisfied
    self.run = run
  }
}
