extension Character {
  /// The columns that a terminal uses for this character: 0, 1 or 2.
  ///
  /// After Unicode Standard Annex #11 (East Asian Width: W and F are wide) and the practice of terminals to give
  /// emoji, flags and pictographs with a presentation selector two columns.
  public var columns: Int {
    guard let first = unicodeScalars.first else { return 0 }
    if unicodeScalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
    let properties = first.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if properties.isEmojiPresentation { return 2 }
    return Character.wideRanges.contains { $0.contains(first.value) } ? 2 : 1
  }

  /// The blocks whose characters are wide, from EastAsianWidth.txt of Unicode 16, rounded to whole blocks.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
  ]
}

extension StringProtocol {
  /// The columns that a terminal uses for this text; it must not contain escape sequences.
  public var columns: Int { isPrintableASCII ? utf8.count : reduce(0) { $0 + $1.columns } }

  /// Most texts are, and need no look at Unicode's tables: a picture is drawn ten times a second.
  private var isPrintableASCII: Bool { utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }

  /// The text on one line without control characters, so that a text from elsewhere cannot steer the terminal:
  /// line ends and tabs become spaces, all other control characters and direction overrides are dropped.
  public var singleLine: String {
    if isPrintableASCII { return String(self) }
    var result = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: if result.last != " " { result.append(" ") }
      case 0...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: break
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// At most that many columns of the text, ended by `…` where something is missing.
  public func truncated(to limit: Int) -> String {
    if isPrintableASCII, utf8.count <= limit { return String(self) }
    var used = 0
    var fitting = startIndex
    for index in indices {
      used += self[index].columns
      if used < limit { fitting = self.index(after: index) }
      if used > limit { return limit > 0 ? "\(self[..<fitting])…" : "" }
    }
    return String(self)
  }

  /// The text, filled up with spaces to that many columns.
  public func padded(to width: Int) -> String {
    String(self) + String(repeating: " ", count: Swift.max(0, width - columns))
  }

  /// The words of the text on lines of at most that many columns; a word that is longer has a line of its own.
  public func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      if lines.isEmpty && line.isEmpty || line.columns + 1 + word.columns <= width {
        line += (line.isEmpty ? "" : " ") + word
      } else {
        lines.append(line)
        line = String(word)
      }
    }
    return lines + [line]
  }
}
