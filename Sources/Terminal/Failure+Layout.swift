public import Diagnostics

extension Failure {
  /// The failure as a person sees it: one line that says what, and below it, each in its own words, cause, remedy
  /// and state.
  ///
  /// - Parameters:
  ///   - palette: The colours.
  ///   - width: The columns to wrap words at; nil leaves lines whole, which suits pipes and log files.
  /// - Returns: The lines, without line ends.
  public func lines(_ palette: Palette, width: Int? = nil) -> [String] {
    var lines = Failure.hanging("✗ ", what, width).enumerated().map { index, line in
      index == 0 ? palette.paint("✗", .bad) + " " + palette.paint(String(line.dropFirst(2)), .strong) : line
    }
    for (label, text) in [("cause", cause), ("try", remedy), ("state", state)] {
      guard let text, !text.isEmpty else { continue }
      let start = "  " + label.padded(to: 7)
      for (index, line) in Failure.hanging(start, text, width).enumerated() {
        lines.append(
          index == 0 ? palette.paint(start, .faint) + line.dropFirst(start.count) : line)
      }
    }
    return lines
  }

  /// The text behind `start`, further lines set in by the width of `start`.
  private static func hanging(_ start: String, _ text: String, _ width: Int?) -> [String] {
    let indent = String(repeating: " ", count: start.columns)
    let lines = text.split(whereSeparator: \.isNewline).map(\.singleLine).flatMap { line in
      width.map { line.wrapped(to: max(20, $0 - start.columns)) } ?? [line]
    }
    return lines.enumerated().map { index, line in (index == 0 ? start : indent) + line }
  }
}
