/// A run of steps as plain lines for a pipe or a file: a line when a step ends, and, while it takes long, now and then
/// a line that says what it does.
public struct PlainProgress: Sendable {
  /// The time between two lines on a step that runs.
  private static let pace = Duration.seconds(5)

  private var printed: [String: ProgressState.Line] = [:]
  private var last: [String: Duration] = [:]
  private var heading: String?
  private var cleanup: String?

  /// Nothing printed yet.
  public init() {}

  /// The lines to print now that the state is this one; none when nothing worth a line has changed.
  ///
  /// - Parameters:
  ///   - state: The state after a change.
  ///   - now: The time since the beginning of the run.
  ///   - palette: The colours.
  /// - Returns: The lines, without line ends.
  public mutating func lines(for state: ProgressState, now: Duration, palette: Palette = .plain) -> [String] {
    var lines: [String] = []
    if let text = state.heading, text != heading {
      heading = text
      lines.append(text.singleLine)
    }
    for line in state.lines where printed[line.id] != line {
      if let text = text(line, now: now, palette: palette) {
        lines.append(text)
        printed[line.id] = line
        last[line.id] = now
      }
    }
    if let text = state.cleanup, text != cleanup {
      cleanup = text
      lines.append("↶ \(text.singleLine)")
    }
    return lines
  }

  private func text(_ line: ProgressState.Line, now: Duration, palette: Palette) -> String? {
    let detail = line.detail.isEmpty ? "" : ": \(line.detail.singleLine)"
    switch line.status {
    case .done(let took):
      let time = took >= .milliseconds(100) ? " (\(took.text))" : ""
      return palette.paint("✓", .good) + " \(line.title)\(detail)\(time)"
    case .failed: return palette.paint("✗", .bad) + " \(line.title)\(detail)"
    case .running(let since, let fraction):
      guard now - (last[line.id] ?? since) >= Self.pace, printed[line.id]?.detail != line.detail || fraction != nil
      else { return nil }
      let percent = fraction.map { "\(Int(min(max($0, 0), 1) * 100)) %, " } ?? ""
      return "· \(line.title)\(detail) (\(percent)\((now - since).runningText))"
    case .waiting, .stopped: return nil
    }
  }
}
