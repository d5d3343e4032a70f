import Harness

/// The figures of ``ScaleBench`` as a Markdown table, held against what the project promises.
struct ScaleReport {
  private let settings: ScaleSettings
  private let rows: [ScaleBench.Row]

  init(_ settings: ScaleSettings, _ rows: [ScaleBench.Row]) {
    self.settings = settings
    self.rows = rows
  }

  /// The promises that are not kept.
  var missed: [String] {
    var missed: [String] = []
    for row in rows {
      if row.connections > 8 { missed.append("\(row.count): more than 8 connections at once") }
      if row.memory >= 100 { missed.append("\(row.count): 100 MiB of memory or more") }
      if row.again >= 2 { missed.append("\(row.count): a run without changes took 2 s or more") }
      if row.pushedAgain { missed.append("\(row.count): a run without changes pushed") }
    }
    // Linear: a package takes not much longer among many than among few.
    if let first = rows.first, let last = rows.last,
      last.install / Double(last.count) > 1.5 * first.install / Double(first.count)
    {
      missed.append("time per package grows with their number")
    }
    return missed
  }

  /// The table.
  var markdown: String {
    func text(_ number: Double, _ scale: Double = 100) -> String { "\((number * scale).rounded() / scale)" }
    var lines = [
      "| packages × files | pushed and registered | each | connections (to Gitea) | memory | again, unchanged |",
      "|---|---|---|---|---|---|",
    ]
    for row in rows {
      lines.append(
        "| \(row.count) × \(settings.filesPerPackage) | \(text(row.install)) s "
          + "| \(text(row.install / Double(row.count), 1000)) s | \(row.connections) (\(row.connectionsToGitea)) "
          + "| \(text(row.memory, 10)) MiB | \(text(row.again)) s |")
    }
    return (lines + missed.map { "\nmissed: \($0)" }).joined(separator: "\n")
  }
}
