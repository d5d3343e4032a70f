/// The one shape in which an error reaches the user: what failed, why, and what to do.
///
/// Lower layers throw their own small errors (see ``ExplainedError``); a domain layer turns them into a `Failure` by
/// adding what only it knows. Nothing below the command layer prints.
public struct Failure: Error, Sendable, CustomStringConvertible {
  /// What failed, naming the object: `node image kindest/node:v9 cannot be pulled`. One line, no full stop.
  public var what: String
  /// The cause in the failing component's own words, if it said anything; may have several lines.
  public var cause: String?
  /// What the user can do about it: a sentence or a command to run.
  public var remedy: String?
  /// What was left behind: `the cluster is kept; run the same command again to continue`.
  public var state: String?
  /// The exit code of the program when this error ends it.
  public var status: ExitStatus

  /// Describes a failure; see the properties for the meaning of each part.
  public init(
    _ what: String, cause: String? = nil, remedy: String? = nil, state: String? = nil, status: ExitStatus = .failure
  ) {
    self.what = what
    self.cause = cause
    self.remedy = remedy
    self.state = state
    self.status = status
  }

  /// Describes what failed with any error as the cause; an ``ExplainedError`` brings its remedy and exit code along.
  ///
  /// - Parameters:
  ///   - what: What failed, naming the object.
  ///   - error: The cause. A `Failure` is not nested: its own `what` becomes part of the cause.
  ///   - remedy: Replaces the remedy that the cause suggests.
  ///   - state: What was left behind, if that must be said.
  public init(_ what: String, because error: any Error, remedy: String? = nil, state: String? = nil) {
    switch error {
    case let failure as Failure:
      let cause = failure.cause.map { "\(failure.what): \($0)" } ?? failure.what
      self.init(
        what, cause: cause, remedy: remedy ?? failure.remedy, state: state ?? failure.state, status: failure.status)
    case let explained as any ExplainedError:
      self.init(
        what, cause: explained.description, remedy: remedy ?? explained.remedy, state: state,
        status: explained.exitStatus)
    default:
      self.init(what, cause: String(describing: error), remedy: remedy, state: state)
    }
  }

  /// All parts in one text, as it goes to a log; the terminal layout is the business of the `Terminal` module.
  public var description: String {
    [what, cause.map { "cause: \($0)" }, remedy.map { "try: \($0)" }, state.map { "state: \($0)" }]
      .compactMap(\.self).joined(separator: "; ")
  }
}

/// An error of a lower layer that knows its own cause, and perhaps a remedy.
///
/// `description` is the cause in words a user can read, keeping the failing component's own message, without secrets.
public protocol ExplainedError: Error, CustomStringConvertible, Sendable {
  /// What the user can do about it, if this layer can know.
  var remedy: String? { get }
  /// The exit code that fits when nothing above knows better.
  var exitStatus: ExitStatus { get }
}

extension ExplainedError {
  /// No remedy is known at this layer.
  public var remedy: String? { nil }
  /// The general failure code.
  public var exitStatus: ExitStatus { .failure }
}
