/// What all checks found.
public struct DoctorReport: Sendable {
  /// What one check found.
  public struct Section: Sendable {
    /// The check's stable name: `ports`.
    public let id: String
    /// The check's name for people.
    public let title: String
    /// What it found, the worst first; never empty.
    public let findings: [CheckFinding]
    /// How long it took.
    public let duration: Duration

    /// The worst of its findings.
    public var level: CheckFinding.Level { findings.map(\.level).max() ?? .ok }
  }

  /// The checks in their order.
  public let sections: [Section]

  /// The worst of all findings.
  public var level: CheckFinding.Level { sections.map(\.level).max() ?? .ok }

  /// How many findings of a level there are.
  public func count(_ level: CheckFinding.Level) -> Int {
    sections.reduce(0) { $0 + $1.findings.count { $0.level == level } }
  }
}
