/// Aligned columns of text: a line of headings, then the rows in the order given.
public struct Table: Sendable, Hashable {
  /// The headings.
  public let columns: [String]
  /// The rows.
  public private(set) var rows: [[String]]

  /// A table; rows may have fewer cells than there are columns.
  public init(columns: [String], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// Adds a row at the end.
  public mutating func append(_ row: [String]) { rows.append(row) }

  /// The lines of the table: columns three spaces apart, nothing behind the last cell of a line.
  public var lines: [String] {
    let cells = ([columns] + rows).map { row in
      columns.indices.map { index in index < row.count ? row[index].singleLine : "" }
    }
    let widths = columns.indices.map { index in cells.map { $0[index].columns }.max() ?? 0 }
    return cells.map { row in
      var line = ""
      for (index, cell) in row.enumerated() { line += cell.padded(to: widths[index]) + "   " }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
