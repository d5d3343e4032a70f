import FoundationEssentials
import Testing

@testable import Archive

@Suite("Unpacking into a directory")
struct ExtractionTests {
  @Test("an archive is unpacked with modes, links and times, and directories that it does not mention")
  func unpack() async throws {
    try await withTemporaryDirectory { directory in
      let items: [TarItem] = [
        .directory("./"), .file("./deep/er/tool", text: "run", mode: 0o755, modified: 1_600_000_000),
        .symbolicLink("deep/link", target: "../deep/er/tool"), .hardLink("deep/hard", target: "deep/er/tool"),
        .directory("deep", mode: 0o700),
      ]
      try await TarReader(TarWriter(items)).extract(to: "\(directory)/out")
      #expect(try names(in: directory) == ["out"])
      #expect(try names(in: "\(directory)/out/deep") == ["er", "hard", "link"])
      #expect(text(of: "\(directory)/out/deep/link") == "run")
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/out/deep/er/tool")
      #expect(attributes[.posixPermissions] as? Int == 0o755)
      #expect(attributes[.modificationDate] as? Date == Date(timeIntervalSince1970: 1_600_000_000))
    }
  }

  @Test("a truncated archive leaves nothing behind, whatever the byte")
  func truncated() async throws {
    // Compressed, because that makes it few bytes; TarReaderTests cuts a plain one at each.
    let bytes = try TarWriter([.directory("d"), .file("d/f", text: "content")], compression: .gzip()).bytes()
    try await withTemporaryDirectory { directory in
      for length in 0..<bytes.count {
        await #expect(throws: ArchiveError.self) {
          try await TarReader(bytes: Array(bytes[..<length])).extract(to: "\(directory)/out")
        }
        let left = try names(in: directory)
        #expect(left.isEmpty)
      }
    }
  }

  @Test(
    "paths and links that leave the directory are refused and nothing is written",
    arguments: [
      [header("../evil")], [header("/etc/evil")], [header("a/../../evil")], [header("..")],
      [header("link", type: "2", link: "/etc")], [header("link", type: "2", link: "../outside")],
      [header("a/link", type: "2", link: "../../outside")],
      [header("hard", type: "1", link: "../../etc/passwd")], [header("hard", type: "1", link: "/etc/passwd")],
      [header("d", type: "5"), header("link", type: "2", link: "d"), header("link/evil")],
      [header("link", type: "2", link: "."), header("link/evil")],
      // With an accent behind it, a slash is no character of its own any more, but still a slash.
      [header("../\u{301}evil")], [header("/\u{301}evil")], [header("a/../../\u{301}evil")],
      [header("link", type: "2", link: "../\u{301}outside")], [header("link", type: "2", link: "/\u{301}outside")],
      [header("hard", type: "1", link: "../\u{301}outside")],
    ])
  func escapes(_ headers: [[UInt8]]) async throws {
    try await withTemporaryDirectory { directory in
      let error = await #expect(throws: ArchiveError.self) {
        try await TarReader(ByteChunks(headers + [endMarker])).extract(to: "\(directory)/out")
      }
      #expect(error?.code == .unsafePath)
      let left = try names(in: directory)
      #expect(left.isEmpty)
    }
  }

  /// An archive that comes whole, and a source that fails after it.
  struct FailingAtEnd: AsyncSequence, AsyncIteratorProtocol {
    struct Fault: Error {}
    var chunks: [[UInt8]]
    func makeAsyncIterator() -> Self { self }
    mutating func next() async throws -> [UInt8]? {
      if chunks.isEmpty { throw Fault() }
      return chunks.removeFirst()
    }
  }

  @Test("a source that fails behind the end of the archive leaves nothing behind either")
  func failureAtEnd() async throws {
    try await withTemporaryDirectory { directory in
      await #expect(throws: FailingAtEnd.Fault.self) {
        try await TarReader(FailingAtEnd(chunks: [header("file"), endMarker])).extract(to: "\(directory)/out")
      }
      let left = try names(in: directory)
      #expect(left.isEmpty)
    }
  }

  @Test("a link is never written through: a second entry of its name is refused")
  func linkReplaced() async throws {
    try await withTemporaryDirectory { directory in
      let archive = header("x", type: "2", link: "y") + header("x") + endMarker
      let error = await #expect(throws: ArchiveError.self) {
        try await TarReader(bytes: archive).extract(to: "\(directory)/out")
      }
      #expect(error?.code == .malformed)
      let left = try names(in: directory)
      #expect(left.isEmpty)
    }
  }

  @Test("devices and FIFOs are refused", arguments: ["3", "4", "6"] as [Character])
  func special(_ type: Character) async throws {
    try await withTemporaryDirectory { directory in
      let error = await #expect(throws: ArchiveError.self) {
        try await TarReader(bytes: header("dev", type: type) + endMarker).extract(to: "\(directory)/out")
      }
      #expect(error?.code == .unsupportedEntry)
    }
  }

  @Test("archives beyond the limits are refused before they fill the disk")
  func limits() async throws {
    try await withTemporaryDirectory { directory in
      let bomb = TarReader(
        bytes: try TarWriter([.file("f", bytes: .init(repeating: 0, count: 100_000))], compression: .gzip()).bytes())
      let many = TarReader(bytes: try TarWriter((0..<20).map { .file("\($0)", bytes: []) }).bytes())
      let deep = TarReader(bytes: try TarWriter([.file("a/b/c/d/e", bytes: [])]).bytes())
      let limits = ExtractionLimits(totalBytes: 99_999, entries: 19, depth: 4)
      for reader in [bomb, many, deep] {
        let error = await #expect(throws: ArchiveError.self) {
          try await reader.extract(to: "\(directory)/out", limits: limits)
        }
        #expect(error?.code == .limitExceeded)
        let left = try names(in: directory)
        #expect(left.isEmpty)
      }
    }
  }

  @Test("a directory with content is never replaced")
  func notEmpty() async throws {
    try await withTemporaryDirectory { directory in
      try FileManager.default.createDirectory(atPath: "\(directory)/out", withIntermediateDirectories: false)
      try write(Array("mine".utf8), to: "\(directory)/out/file")
      await #expect(throws: ArchiveError.self) {
        try await TarReader(TarWriter([.file("file", text: "theirs")])).extract(to: "\(directory)/out")
      }
      #expect(text(of: "\(directory)/out/file") == "mine")
      #expect(try names(in: directory) == ["out"])
    }
  }
}
