/// One thing that a check found: what, why it matters, and exactly what to do about it.
public struct CheckFinding: Sendable, Hashable {
  /// How bad it is.
  public enum Level: String, Sendable, Hashable, Comparable, CaseIterable {
    /// As it should be.
    case ok
    /// Worth knowing; nothing has to be done.
    case note
    /// Something will not work as well as it could, or will stop working.
    case warning
    /// Something does not work.
    case problem

    /// Orders by badness.
    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

    private var rank: Int { Level.allCases.firstIndex(of: self) ?? 0 }
  }

  /// The stable name: `ports.taken`. Scripts rely on it.
  public var id: String
  /// How bad it is.
  public var level: Level
  /// What was found, naming the object; one line.
  public var what: String
  /// Why it matters, or what the component says about it.
  public var why: String?
  /// What to do: a command to run where there is one.
  public var remedy: String?

  /// Describes a finding; see the properties.
  public init(_ level: Level, _ id: String, _ what: String, why: String? = nil, remedy: String? = nil) {
    self.level = level
    self.id = id
    self.what = what
    self.why = why
    self.remedy = remedy
  }
}
