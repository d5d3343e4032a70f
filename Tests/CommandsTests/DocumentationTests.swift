import Diagnostics
import FoundationEssentials
import Testing

/// The documents that repeat what the code says.
@Suite struct DocumentationTests {
  private func document(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "docs/\(name)"), encoding: .utf8)
  }

  @Test("docs/exit-codes.md has exactly the exit codes of the program")
  func exitCodes() throws {
    let rows = try document("exit-codes.md").split(separator: "\n").compactMap { line -> String? in
      let cells = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
      guard cells.count > 2, Int(cells[0]) != nil else { return nil }
      return "\(cells[0]) \(cells[1])"
    }
    #expect(rows == ExitStatus.allCases.map { "\($0.rawValue) \($0)" })
  }
}
