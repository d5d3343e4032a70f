import Diagnostics
import FoundationEssentials
import Glibc
import Testing

@testable import Bootstrap

@Suite struct ExportDirectoryTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let path = "/tmp/idpbuilder-export-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func mode(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
  }

  @Test("files and directories are for their owner alone, and secrets do not get into them")
  func modes() throws {
    try withFolder { folder in
      let export = try ExportDirectory("\(folder)/logs")
      export.learn([Array("hunter22".utf8)])
      try export.write("a hunter22 b", to: "pods/n/x.log")
      #expect(mode("\(folder)/logs") == 0o700)
      #expect(mode("\(folder)/logs/pods/n") == 0o700)
      #expect(mode("\(folder)/logs/pods/n/x.log") == 0o600)
      let written = FileManager.default.contents(atPath: "\(folder)/logs/pods/n/x.log").map {
        String(decoding: $0, as: UTF8.self)
      }
      #expect(written == "a [redacted] b")
      #expect(export.outcome.files == 1)
    }
  }

  @Test("nothing is written outside of the directory", arguments: ["../x", "a/../../x", "", "/..", "a/./b"])
  func outside(_ name: String) throws {
    try withFolder { folder in
      let export = try ExportDirectory("\(folder)/logs")
      #expect(throws: Failure.self) { try export.write("x", to: name) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["logs"])
    }
  }

  @Test("a directory with something in it is refused; an empty one is taken")
  func full() throws {
    try withFolder { folder in
      #expect(throws: Never.self) { _ = try ExportDirectory(folder) }
      try Data("x".utf8).write(to: URL(filePath: "\(folder)/mine"))
      let failure = #expect(throws: Failure.self) { _ = try ExportDirectory(folder) }
      #expect(failure?.status == .usage)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["mine"])
    }
  }
}
