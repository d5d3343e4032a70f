public import Documents

extension DoctorReport {
  /// The report for programs.
  public var json: Value {
    [
      "level": .string(level.rawValue),
      "checks": .array(
        sections.map { section in
          [
            "id": .string(section.id), "title": .string(section.title), "level": .string(section.level.rawValue),
            "seconds": .number((section.duration / .milliseconds(1)).rounded() / 1000),
            "findings": .array(section.findings.map(\.json)),
          ]
        }),
    ]
  }
}

extension CheckFinding {
  /// The finding for programs.
  public var json: Value {
    [
      "id": .string(id), "level": .string(level.rawValue), "what": .string(what),
      "why": why.map(Value.string) ?? .null, "remedy": remedy.map(Value.string) ?? .null,
    ]
  }
}
