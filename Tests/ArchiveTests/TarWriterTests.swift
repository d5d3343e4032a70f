import FoundationEssentials
import Testing

@testable import Archive

@Suite("TarWriter")
struct TarWriterTests {
  @Test("every kind of entry comes back as it was written, with any compression")
  func roundTrip() async throws {
    for compression in [TarWriter.Compression.none, .gzip(), .zstd()] {
      let items: [TarItem] = [
        .directory("etc", mode: 0o750, userID: 7, groupID: 8, modified: 1_700_000_000),
        .file("etc/motd", text: "hallo\n", mode: 0o600, userID: 1000, groupID: 1001, modified: 42),
        .symbolicLink("etc/link", target: "motd"),
        .hardLink("etc/hard", target: "etc/motd"),
        .file("etc/empty", bytes: []),
      ]
      let reader = TarReader(TarWriter(items, compression: compression))
      let directory = try #require(try await reader.next())
      #expect(
        directory
          == TarEntry(
            path: "etc/", kind: .directory, mode: 0o750, userID: 7, groupID: 8, modified: 1_700_000_000))
      let file = try #require(try await reader.next())
      #expect(
        file
          == TarEntry(
            path: "etc/motd", kind: .file, mode: 0o600, userID: 1000, groupID: 1001, modified: 42, size: 6))
      #expect(try await reader.content(limit: 6) == Array("hallo\n".utf8))
      #expect(try await reader.next()?.kind == .symbolicLink(target: "motd"))
      #expect(try await reader.next()?.kind == .hardLink(target: "etc/motd"))
      #expect(try await reader.next()?.size == 0)
      #expect(try await reader.content(limit: 0).isEmpty)
      #expect(try await reader.next() == nil)
      #expect(try await reader.next() == nil)
    }
  }

  @Test("names beyond ASCII and beyond ustar's 100 and 255 bytes are kept")
  func longNames() async throws {
    let names = [
      "Grüße/日本.txt", String(repeating: "n", count: 180), String(repeating: "verzeichnis/", count: 60) + "x",
    ]
    let reader = TarReader(bytes: try TarWriter(names.map { .file($0, text: $0) }).bytes())
    for name in names {
      #expect(try await reader.next()?.path == name)
      #expect(String(decoding: try await reader.content(limit: 10_000), as: UTF8.self) == name)
    }
  }

  @Test("the same items give the same bytes, also compressed")
  func reproducible() throws {
    let items: [TarItem] = [.directory("a"), .file("a/b", text: "c")]
    for compression in [TarWriter.Compression.none, .gzip(), .zstd()] {
      #expect(
        try TarWriter(items, compression: compression).bytes() == TarWriter(items, compression: compression).bytes())
    }
  }

  @Test("a large file on disk is streamed in chunks of bounded size")
  func largeFile() async throws {
    try await withTemporaryDirectory { directory in
      let content = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
      try write(content, to: "\(directory)/large")
      let writer = TarWriter([.file("large", contentsOf: "\(directory)/large"), .file("after", text: "!")])
      var largest = 0
      var chunks: [[UInt8]] = []
      for try await chunk in writer {
        largest = max(largest, chunk.count)
        chunks.append(chunk)
      }
      #expect(largest <= 600_000)
      #expect(chunks.count >= 6)
      let reader = TarReader(ByteChunks(chunks))
      #expect(try await reader.next()?.mode == 0o640)
      #expect(try await reader.content(limit: content.count) == content)
      #expect(try await reader.next()?.path == "after")
    }
  }

  @Test("a file that is missing is an error that names it")
  func missingFile() async throws {
    let error = await #expect(throws: ArchiveError.self) {
      for try await _ in TarWriter([.file("x", contentsOf: "/nonexistent/file")]) {}
    }
    #expect(error?.code == .inputOutput)
    #expect(error?.description == "read /nonexistent/file: No such file or directory")
  }

  /// A regular file of the kernel that says 4096 bytes and can be opened, but not read.
  static let unreadable = "/sys/class/net/lo/speed"

  @Test(
    "a file that cannot be read ends the archive with the system's reason",
    .enabled(if: FileManager.default.fileExists(atPath: unreadable)))
  func unreadableFile() {
    let error = #expect(throws: ArchiveError.self) {
      try TarWriter([.file("speed", contentsOf: Self.unreadable)]).bytes()
    }
    #expect(error?.message == "Invalid argument")
  }
}
