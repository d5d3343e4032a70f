import Diagnostics
import FoundationEssentials
import Testing

@testable import Bootstrap

@Suite struct ClusterLockTests {
  private let directory = "\(FileManager.default.temporaryDirectory.path)/lock-\(UUID().uuidString)"
  private var environment: [String: String] { ["XDG_RUNTIME_DIR": directory] }

  private func lock() throws -> ClusterLock {
    try ClusterLock(name: "a", engine: "unix:///e.sock", environment: environment)
  }

  @Test("the second is refused and told who has the lock; when the first ends, no file stays")
  func exclusion() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    var first: ClusterLock? = try lock()
    let refusal = #expect(throws: Failure.self) { try lock() }
    #expect(refusal?.what == "another idpbuilder is at work on cluster a")
    #expect(refusal?.cause?.contains("process \(ProcessInfo.processInfo.processIdentifier) holds") == true)
    withExtendedLifetime(first) {}
    first = nil
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    withExtendedLifetime(try lock()) {}
  }

  @Test("the file that a killed process left is taken over")
  func takenOver() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let path = "\(directory)/idpbuilder-unix----e-sock-a.lock"
    try Data("4711".utf8).write(to: URL(filePath: path))
    let held = try lock()
    #expect(throws: Failure.self) { try lock() }
    withExtendedLifetime(held) {}
  }
}
