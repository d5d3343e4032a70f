import Testing

@testable import Archive

@Suite("TarReader on hostile input")
struct TarReaderTests {
  private static let items: [TarItem] = [
    .directory("d"), .file("d/f", text: "content"), .symbolicLink("d/l", target: "f"),
  ]

  private func readAll<Source: AsyncSequence>(_ source: Source) async throws -> [String]
  where Source.Element == [UInt8] {
    let reader = TarReader(source)
    var seen: [String] = []
    while let entry = try await reader.next() {
      seen.append(entry.path + "=" + String(decoding: try await reader.content(limit: 1000), as: UTF8.self))
    }
    return seen
  }

  @Test("an archive truncated at any byte is an error, plain and compressed")
  func truncation() async throws {
    for compression in [TarWriter.Compression.none, .gzip(), .zstd()] {
      let bytes = try TarWriter(Self.items, compression: compression).bytes()
      for length in 0..<bytes.count {
        await #expect(throws: ArchiveError.self, "\(compression) \(length)") {
          try await readAll(ByteChunks([Array(bytes[..<length])]))
        }
      }
    }
  }

  @Test("an archive split at any byte, or into single bytes, reads the same")
  func split() async throws {
    let bytes = try TarWriter(Self.items).bytes()
    let whole = try await readAll(ByteChunks([bytes]))
    #expect(whole == ["d/=", "d/f=content", "d/l="])
    for position in 0..<bytes.count {
      let parts = [Array(bytes[..<position]), [], Array(bytes[position...])]
      #expect(try await readAll(ByteChunks(parts)) == whole)
    }
    #expect(try await readAll(ByteChunks(bytes.map { [$0] })) == whole)
  }

  @Test("an archive with any byte changed never crashes, and what is read has bounded size")
  func mutation() async throws {
    let bytes = try TarWriter(Self.items).bytes()
    for position in 0..<min(bytes.count, 2048) {
      for change: UInt8 in [0x01, 0x80, 0xFF] {
        var changed = bytes
        changed[position] ^= change
        _ = try? await readAll(ByteChunks([changed]))
      }
    }
  }

  @Test("a file that claims more bytes than follow is truncated")
  func falseSize() async throws {
    let error = await #expect(throws: ArchiveError.self) {
      try await readAll(ByteChunks([header("f", size: 1 << 30), Array("short".utf8)]))
    }
    #expect(error?.code == .truncated)
  }

  @Test("content beyond the limit is refused")
  func contentLimit() async throws {
    let reader = TarReader(bytes: try TarWriter([.file("f", text: "12345")]).bytes())
    _ = try await reader.next()
    let error = await #expect(throws: ArchiveError.self) { try await reader.content(limit: 4) }
    #expect(error?.code == .limitExceeded)
  }

  @Test("text that is no archive is refused with libarchive's message")
  func noArchive() async throws {
    let error = await #expect(throws: ArchiveError.self) {
      try await readAll(ByteChunks([Array("{\"message\":\"no such container\"}".utf8)]))
    }
    #expect(error?.description == "read archive: Unrecognized archive format")
  }

  @Test("an error of the source comes out unchanged")
  func sourceError() async throws {
    struct Broken: Error, Equatable {}
    let bytes = try TarWriter(Self.items).bytes()
    let source = AsyncThrowingStream<[UInt8], any Error> { continuation in
      continuation.yield(Array(bytes[..<700]))
      continuation.finish(throwing: Broken())
    }
    await #expect(throws: Broken()) { try await readAll(source) }
  }

  @Test("cancelling ends a read that waits for bytes that never come")
  func cancellation() async throws {
    let (source, continuation) = AsyncStream<[UInt8]>.makeStream()
    let task = Task { try await readAll(source) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    continuation.finish()
  }

  @Test("the source is read to its end after the archive, so that a connection can be used again")
  func drained() async throws {
    let bytes = try TarWriter(Self.items).bytes()
    let (source, continuation) = AsyncStream<[UInt8]>.makeStream()
    for chunk in [bytes, endMarker, endMarker] { continuation.yield(chunk) }
    continuation.finish()
    _ = try await readAll(source)
    var rest = source.makeAsyncIterator()
    #expect(await rest.next() == nil)
  }
}
