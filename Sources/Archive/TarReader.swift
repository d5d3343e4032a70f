import Dispatch
import Synchronization

/// Reads a tar archive, plain or compressed with gzip or zstd, from an asynchronous sequence of byte chunks.
///
/// ```swift
/// let reader = TarReader(response.body)
/// while let entry = try await reader.next() { let bytes = try await reader.content(limit: 1 << 20) }
/// ```
///
/// libarchive runs on a thread of the reader's own; the source is read by the calling task, only as far as the archive
/// asks for it. An error of the source comes out unchanged. An archive that ends early is an error even where a header
/// would start: the end-of-archive marker must have been seen.
public final class TarReader<Source: AsyncSequence> where Source.Element == [UInt8] {
  private var iterator: Source.AsyncIterator
  private let feed: ChunkFeed
  private let source: TarSource
  private let queue = DispatchQueue(label: "idpbuilder.archive.read")
  private var sourceError: (any Error)?
  private var sourceEnded = false
  private var current: TarEntry?

  /// Prepares to read; nothing is read yet.
  public init(_ source: Source) {
    iterator = source.makeAsyncIterator()
    feed = ChunkFeed()
    self.source = TarSource(feed: feed)
  }

  /// The next entry, or nil at the end. Content of the previous entry that was not read is skipped.
  ///
  /// - Throws: ``ArchiveError``, the source's error, or `CancellationError`.
  public func next(isolation: isolated (any Actor)? = #isolation) async throws -> TarEntry? {
    let source = source
    current = try await run { () throws(ArchiveError) in
      let entry = try source.next()
      if entry == nil { source.drain() }
      return entry
    }
    return current
  }

  /// The next piece of the current entry's content, at most 256 KiB; nil after the last one.
  ///
  /// - Throws: ``ArchiveError``, the source's error, or `CancellationError`.
  public func read(isolation: isolated (any Actor)? = #isolation) async throws -> [UInt8]? {
    guard let entry = current else { return nil }
    let source = source
    return try await run { () throws(ArchiveError) in try source.read(of: entry.path) }
  }

  /// The whole content of the current entry.
  ///
  /// - Parameters:
  ///   - limit: The largest content that is accepted, in bytes.
  ///   - isolation: The caller's actor.
  /// - Returns: The bytes, empty for anything but a file.
  /// - Throws: ``ArchiveError`` with `limitExceeded` for more than `limit` bytes, or as ``read(isolation:)``.
  public func content(limit: Int, isolation: isolated (any Actor)? = #isolation) async throws -> [UInt8] {
    var all: [UInt8] = []
    while let piece = try await read() {
      guard all.count + piece.count <= limit else {
        throw ArchiveError(
          .limitExceeded, "read entry \(current?.path ?? "")", "the content is larger than \(limit) bytes")
      }
      all += piece
    }
    return all
  }

  /// Unpacks what is left of the archive into a directory, all of it or nothing.
  ///
  /// What is promised: entries are unpacked into a new directory beside `directory`, which takes its place only after
  /// the end of the archive was seen, so a truncated or refused archive leaves nothing behind, and neither does
  /// cancellation. Every path is resolved from there component by component without following links; absolute paths,
  /// `..`, links that lead outside, special files, two entries of one name (but directories) and archives beyond
  /// `limits` are refused. Owners are not restored, set-id bits are dropped, times are kept for files.
  ///
  /// - Parameters:
  ///   - directory: Must not exist, or be an empty directory; its parent must exist.
  ///   - limits: The largest archive that is accepted.
  ///   - isolation: The caller's actor.
  /// - Throws: ``ArchiveError``, the source's error, or `CancellationError`.
  public func extract(
    to directory: String, limits: ExtractionLimits = ExtractionLimits(), isolation: isolated (any Actor)? = #isolation
  ) async throws {
    let source = source
    try await run { () throws(ArchiveError) in try Extraction.run(source, to: directory, limits: limits) }
  }

  /// Runs a blocking job on the queue and feeds it from the source until it is done.
  private func run<Value: Sendable>(
    isolation: isolated (any Actor)? = #isolation, _ job: @escaping @Sendable () throws(ArchiveError) -> Value
  ) async throws -> Value {
    let outcome = Outcome<Value>()
    let feed = feed
    queue.async {
      outcome.set(Result(catching: job))
      feed.finish()
    }
    while case .chunkWanted = await feed.event() {
      feed.supply(await nextSupply())
    }
    if let sourceError { throw sourceError }
    return try outcome.get()
  }

  private func nextSupply(isolation: isolated (any Actor)? = #isolation) async -> ChunkFeed.Supply {
    if sourceError != nil { return .failed }
    if sourceEnded { return .end }
    do {
      try Task.checkCancellation()
      if let chunk = try await iterator.next(isolation: isolation) { return .chunk(chunk) }
      try Task.checkCancellation()  // A cancelled source may simply end.
      sourceEnded = true
      return .end
    } catch {
      sourceError = error
      return .failed
    }
  }
}

/// Carries a job's result from its thread to the task that waits for it.
private final class Outcome<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, ArchiveError>?>(nil)

  func set(_ value: Result<Value, ArchiveError>) { result.withLock { $0 = value } }

  func get() throws(ArchiveError) -> Value {
    guard let result = result.withLock({ $0 }) else {
      throw ArchiveError(.unavailable, "read archive", "the job ended without a result")
    }
    return try result.get()
  }
}

extension TarReader where Source == ByteChunks {
  /// Reads an archive that is in memory.
  public convenience init(bytes: [UInt8]) { self.init(ByteChunks([bytes])) }
}
