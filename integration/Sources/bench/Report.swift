import Harness

/// Medians, ratios and targets as a Markdown table.
struct Report {
  private struct Row {
    var name: String
    var ours: String
    var kinds: String
    var ratio: String
    var target: String
    var isMet: Bool?
  }

  private var rows: [Row] = []
  private let settings: Settings

  init(_ settings: Settings, _ samples: [Measure: [Contender: [ProgramResult]]]) {
    self.settings = settings
    func median(_ measure: Measure, _ contender: Contender, _ value: (ProgramResult) -> Double) -> Double {
      let sorted = (samples[measure]?[contender] ?? []).map(value).sorted()
      guard !sorted.isEmpty else { return .nan }
      let middle = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
    func compare(
      _ name: String, _ measure: Measure, _ unit: String, _ value: (ProgramResult) -> Double, target: String,
      isMet: ((_ ours: Double, _ kinds: Double) -> Bool)?
    ) {
      let (ours, kinds) = (median(measure, .idpbuilder, value), median(measure, .kind, value))
      rows.append(
        Row(
          name: name, ours: "\(Self.round(ours)) \(unit)", kinds: "\(Self.round(kinds)) \(unit)",
          ratio: Self.round(ours / kinds), target: target, isMet: isMet.map { $0(ours, kinds) }))
    }
    // The targets are those of the project's first milestone; docs/ repeats them.
    let seconds: (ProgramResult) -> Double = { $0.duration / .seconds(1) }
    let cpu: (ProgramResult) -> Double = { $0.cpu / .seconds(1) }
    let memory: (ProgramResult) -> Double = { Double($0.peakMemory) / 1_048_576 }
    compare("create until Ready, wall", .create, "s", seconds, target: "≤ 0.5 of kind") { $0 <= 0.5 * $1 }
    compare("create, CPU with children", .create, "s", cpu, target: "≤ 0.77 s") { ours, _ in ours <= 0.77 }
    compare("create, peak memory", .create, "MiB", memory, target: "≤ 40 MiB") { ours, _ in ours <= 40 }
    compare("delete, wall", .delete, "s", seconds, target: "≤ 0.8 of kind") { $0 <= 0.8 * $1 }
    compare("delete, CPU with children", .delete, "s", cpu, target: "", isMet: nil)
    compare("version, CPU", .version, "ms", { $0.cpu / .milliseconds(1) }, target: "≤ 12 ms") { ours, _ in ours <= 12 }
    let sizes = [settings.idpbuilder, settings.kind].map { Double(size(of: $0) ?? 0) / 1_048_576 }
    rows.append(
      Row(
        name: "binary", ours: "\(Self.round(sizes[0])) MiB", kinds: "\(Self.round(sizes[1])) MiB",
        ratio: Self.round(sizes[0] / sizes[1]), target: "≤ 30 MiB", isMet: sizes[0] <= 30))
  }

  /// Whether a target was missed.
  var missed: Bool { rows.contains { $0.isMet == false } }

  /// The table.
  var markdown: String {
    var lines = [
      "Medians of \(settings.rounds) alternating rounds on `\(settings.image)` (version: 20 runs).", "",
      "| | idpbuilder | kind | ratio | target | |", "|---|---|---|---|---|---|",
    ]
    for row in rows {
      let mark = row.isMet.map { $0 ? "met" : "**missed**" } ?? ""
      lines.append("| \(row.name) | \(row.ours) | \(row.kinds) | \(row.ratio) | \(row.target) | \(mark) |")
    }
    return lines.joined(separator: "\n")
  }

  /// Three significant digits are enough.
  private static func round(_ number: Double) -> String {
    guard number.isFinite else { return "–" }
    let digits = number >= 100 ? 1.0 : number >= 10 ? 10.0 : 100.0
    let rounded = (number * digits).rounded() / digits
    return rounded == rounded.rounded() && number >= 100 ? "\(Int(rounded))" : "\(rounded)"
  }
}
