/// Medians, ratios and targets as Markdown.
struct Report {
  private let settings: Settings
  private let samples: Samples

  init(_ settings: Settings, _ samples: Samples) {
    self.settings = settings
    self.samples = samples
  }

  /// Whether a target was missed.
  var missed: Bool { Target.all.contains { target in target.value(in: samples).map { $0 > target.limit } ?? false } }

  /// The tables.
  var markdown: String {
    let image = settings.isStandIn ? "the stand-in node" : "`\(settings.image)`"
    let rounds = settings.rounds == 1 ? "One round" : "Medians of \(settings.rounds) alternating rounds"
    return ([["\(rounds) on \(image).", ""], measures, [""], targets] + notes).joined().joined(separator: "\n")
  }

  private var measures: [String] {
    let contenders = samples.contenders
    var lines = ["| | " + contenders.map(\.rawValue).joined(separator: " | ") + " |"]
    lines.append("|---" + String(repeating: "|---", count: contenders.count) + "|")
    for measure in Measure.allCases {
      let cells = contenders.map { samples.median(measure, $0).map { "\(Self.round($0)) \(measure.unit)" } ?? "–" }
      if cells.contains(where: { $0 != "–" }) {
        lines.append("| \(measure.rawValue) | " + cells.joined(separator: " | ") + " |")
      }
    }
    return lines
  }

  private var targets: [String] {
    let rows = Target.all.compactMap { target -> String? in
      guard let value = target.value(in: samples) else { return nil }
      var name = target.measure.rawValue
      if let peer = target.peer {
        name += " : \(peer.contender.rawValue)" + (peer.measure == target.measure ? "" : ", \(peer.measure.rawValue)")
      }
      let unit = target.peer == nil ? " \(target.measure.unit)" : ""
      let verdict = value <= target.limit ? "met" : "**missed**"
      return "| \(name) | \(Self.round(value))\(unit) | ≤ \(Self.round(target.limit))\(unit) | \(verdict) |"
    }
    return ["| target | measured | limit | |", "|---|---|---|---|"] + rows
  }

  private var notes: [[String]] { samples.notes.map { ["", "Not measured: \($0)"] } }

  /// Three significant digits are enough.
  static func round(_ number: Double) -> String {
    let digits = number >= 100 ? 1.0 : number >= 10 ? 10.0 : 100.0
    let rounded = (number * digits).rounded() / digits
    return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
  }
}
