import Synchronization

/// The last lines on a terminal, which are drawn anew in place, while other lines pass by above them.
///
/// Control sequences after ECMA-48 (CUU, EL, ED) and, for the cursor, DEC's private mode 25.
public final class LiveRegion: Sendable {
  private static let hideCursor = "\u{1B}[?25l"
  private static let showCursor = "\u{1B}[?25h"
  /// Whether a region has hidden the cursor; for a program that must end at once.
  private static let cursorIsHidden = Mutex(false)

  private let channel: Channel
  private let shown = Mutex<[String]>([])

  /// The columns and lines of the terminal; lines that are longer, or more of them, cannot be drawn anew in place.
  public var size: (columns: Int, lines: Int) { channel.size ?? (80, 24) }

  /// An empty region at the terminal's cursor.
  public init(on channel: Channel) { self.channel = channel }

  /// Draws these lines in place of those that are there.
  public func show(_ lines: [String]) {
    shown.withLock { shown in
      guard lines != shown else { return }
      let cursor = shown.isEmpty ? Self.hidingCursor() : ""
      try? channel.write(cursor + Self.frame(over: shown.count, above: [], lines))
      shown = lines
    }
  }

  /// Lets lines pass above the region, where they stay.
  public func passAbove(_ lines: [String]) {
    shown.withLock { try? channel.write(Self.frame(over: $0.count, above: lines, $0)) }
  }

  /// Leaves the region as it is, below it a free line and a visible cursor.
  public func leave() {
    shown.withLock { shown in
      shown = []
      Self.restoreTerminal(channel)
    }
  }

  /// Makes the cursor visible if a region has hidden it; for a program that must end at once.
  public static func restoreTerminal(_ channel: Channel) {
    cursorIsHidden.withLock { hidden in
      if hidden { try? channel.write(showCursor) }
      hidden = false
    }
  }

  private static func hidingCursor() -> String {
    cursorIsHidden.withLock { $0 = true }
    return hideCursor
  }

  /// What to write: up over the old lines, then the lines that stay, then the new region, each line cleared behind
  /// its text, and everything below it cleared.
  static func frame(over count: Int, above: [String], _ lines: [String]) -> String {
    let up = count > 0 ? "\u{1B}[\(count)A\r" : "\r"
    return up + (above + lines).map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
  }
}
