/// The stable name of a step: `node-image`, `control-plane`, `gitea`. It appears in JSON events and in `--dry-run`.
public struct StepID: Sendable, Hashable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The name itself.
  public let rawValue: String

  /// Names a step, lower case with hyphens.
  public init(_ rawValue: String) { self.rawValue = rawValue }
  /// Names a step, lower case with hyphens.
  public init(stringLiteral value: String) { self.init(value) }

  /// The name itself.
  public var description: String { rawValue }

  /// Alphabetical order.
  public static func < (left: StepID, right: StepID) -> Bool { left.rawValue < right.rawValue }
}
