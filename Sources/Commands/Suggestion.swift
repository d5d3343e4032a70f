/// What was probably meant by a misspelled word.
enum Suggestion {
  /// The candidate that is nearest, if it is near: at most a third of its letters differ.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    candidates.map { ($0, distance(Array(word), Array($0))) }
      .filter { candidate, distance in distance <= max(1, candidate.count / 3) }
      .min { $0.1 < $1.1 }?.0
  }

  /// The letters to insert, delete, replace or swap with the next to get from one word to the other (optimal string
  /// alignment).
  static func distance(_ one: [Character], _ other: [Character]) -> Int {
    var rows = [Array(0...other.count)]
    for i in 0..<one.count {
      var row = [i + 1]
      for j in 0..<other.count {
        var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (one[i] == other[j] ? 0 : 1))
        if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[one.count][other.count]
  }
}
