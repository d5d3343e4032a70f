import Endurance
import Glibc
import Harness
import Synchronization

/// What came of each kind of request with each fault; a line each, in a file if one is named.
final class FaultRecord: Sendable {
  private struct Entry {
    var fault: String
    var kind: String
    var word: String
  }

  private let entries: Mutex<[Entry]>
  private let path: String?

  /// Reads what an earlier run has found out.
  /// - Throws: ``ProgramError`` if the file cannot be written.
  init(_ path: String?) throws {
    self.path = path
    let lines = path.flatMap(TextFile.read)?.split(separator: "\n") ?? []
    entries = Mutex(
      lines.compactMap { line in
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        return fields.count == 4 ? Entry(fault: fields[0], kind: fields[1], word: fields[2]) : nil
      })
    guard let path else { return }
    guard let file = fopen(path, "a") else { throw ProgramError("\(path) cannot be written") }
    fclose(file)
  }

  /// Notes and prints a verdict.
  func add(fault: String, _ kind: String, _ verdict: FaultSweep.Verdict) {
    let (word, message) =
      switch verdict {
      case .recovered: ("recovered", "")
      case .ended(let message): ("ended", message)
      case .failed(let message): ("failed", message)
      case .absent: ("absent", "")
      }
    say("\(word == "failed" ? "✗ " : "")\(fault) at \(kind): \(word)\(message.isEmpty ? "" : ": \(message)")")
    let text = message.split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
    entries.withLock { entries in
      entries.append(Entry(fault: fault, kind: kind, word: word))
      guard let path, let file = fopen(path, "a") else { return }
      fputs("\(fault)\t\(kind)\t\(word)\t\(text)\n", file)
      fclose(file)
    }
  }

  /// Whether a pair has been tried.
  func has(fault: String, _ kind: String) -> Bool {
    entries.withLock { $0.contains { $0.fault == fault && $0.kind == kind } }
  }

  /// How many pairs went wrong.
  var failures: Int { entries.withLock { $0.count { $0.word == "failed" } } }

  /// The sum of a fault.
  func sum(fault: String) -> String {
    let words = entries.withLock { $0.filter { $0.fault == fault }.map(\.word) }
    func count(_ word: String) -> Int { words.count { $0 == word } }
    return "\(fault): \(count("recovered")) kinds recovered, \(count("ended")) ended with a clear error, "
      + "\(count("absent")) did not occur, \(count("failed")) failures"
  }
}
