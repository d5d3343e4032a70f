extension ProgressState {
  /// The columns of a picture on a wide terminal; beyond, times would be too far from what they belong to.
  private static let widest = 68
  /// Braille dots that turn, one frame each tenth of a second.
  private static let spinner: [Character] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

  /// The run as lines of text, each at most `width` columns.
  ///
  /// - Parameters:
  ///   - width: The columns of the terminal.
  ///   - height: The lines there are; done steps are left out, earliest first, where there are too few.
  ///   - now: The time since the beginning of the run.
  ///   - palette: The colours.
  /// - Returns: The lines, without line ends.
  public func draw(width: Int, height: Int = .max, now: Duration, palette: Palette = .plain) -> [String] {
    var picture: [String] = []
    if let heading { picture.append(palette.paint(heading.singleLine.truncated(to: width), .strong)) }
    let room = height - picture.count - (cleanup == nil ? 0 : 1)
    let shown = fitting(room)
    if shown.count < lines.count, room > 1 {
      picture.append(palette.paint("    … \(lines.count - shown.count) more".truncated(to: width), .faint))
    }
    let titleWidth = lines.map(\.title.columns).max() ?? 0
    picture += shown.map { draw($0, titleWidth: titleWidth, width: width, now: now, palette: palette) }
    if let cleanup { picture.append("  ↶ \(cleanup.singleLine)".truncated(to: width)) }
    return picture
  }

  /// The steps that fit: those at work first, then the waiting ones, then the done ones.
  private func fitting(_ room: Int) -> [Line] {
    guard lines.count > room else { return lines }
    let places = max(0, room - 1)
    let ranked = lines.indices.sorted { (lines[$0].rank, $0) < (lines[$1].rank, $1) }
    let kept = Set(ranked.prefix(places))
    return lines.indices.filter(kept.contains).map { lines[$0] }
  }

  /// One step; as long as there is room, all times end in the same column.
  func draw(_ line: Line, titleWidth: Int, width: Int, now: Duration, palette: Palette) -> String {
    let (mark, role) = mark(line, now)
    let time = time(line, now)
    let title = line.title.padded(to: max(titleWidth, 15))
    let right = min(width, Self.widest)
    let room = right - 4 - title.columns - 1
    guard room >= 12 else {
      let text = " \(line.title) \(detail(line))".truncated(to: max(0, width - 1))
      return palette.paint(mark, role) + text
    }
    let detail = detail(line, room: room).truncated(to: time.isEmpty ? width - 5 - title.columns : room - 8)
    var text = "  " + palette.paint(mark, role) + " " + title
    if !detail.isEmpty { text += " " + (line.status == .waiting ? palette.paint(detail, .faint) : detail) }
    if !time.isEmpty {
      let gap = room - detail.columns - time.columns + (detail.isEmpty ? 1 : 0)
      text += String(repeating: " ", count: max(1, gap)) + palette.paint(time, .faint)
    }
    // No spaces at the end, which a copied picture would carry along.
    while text.last == " " { text.removeLast() }
    return text
  }

  private func mark(_ line: Line, _ now: Duration) -> (String, Palette.Role) {
    switch line.status {
    case .waiting: ("·", .faint)
    case .running:
      (String(Self.spinner[Int(now / .milliseconds(100)) % Self.spinner.count]), .active)
    case .done: ("✓", .good)
    case .failed: ("✗", .bad)
    case .stopped: ("-", .faint)
    }
  }

  private func time(_ line: Line, _ now: Duration) -> String {
    switch line.status {
    case .running(let since, _): now - since >= .seconds(1) ? (now - since).runningText : ""
    case .done(let took): took >= .milliseconds(100) ? took.text : ""
    case .waiting, .failed, .stopped: ""
    }
  }

  private func detail(_ line: Line, room: Int = 0) -> String {
    let detail = line.detail.singleLine
    switch line.status {
    case .waiting:
      let titles = line.after.compactMap { self[$0] }.filter { !$0.isDone }.map(\.title)
      return titles.isEmpty ? "" : "waits for " + titles.joined(separator: ", ")
    case .running(_, let fraction?):
      let fraction = min(max(fraction, 0), 1)
      if room < 40 { return "\(Int(fraction * 100)) % \(detail)" }
      let filled = Int(fraction * 10)
      return String(repeating: "█", count: filled) + String(repeating: "░", count: 10 - filled) + " " + detail
    case .running, .done, .failed, .stopped: return detail
    }
  }
}

extension ProgressState.Line {
  var isDone: Bool {
    if case .done = status { true } else { false }
  }

  /// What goes first where there is too little room.
  fileprivate var rank: Int {
    switch status {
    case .failed: 0
    case .running: 1
    case .waiting: 2
    case .stopped: 3
    case .done: 4
    }
  }
}
