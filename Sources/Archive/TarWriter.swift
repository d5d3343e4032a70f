import CArchive
import Dispatch

/// A tar archive that is written while it is read: an asynchronous sequence of byte chunks.
///
/// The format is pax restricted to what ustar cannot express (libarchive's `pax_restricted`), which the Docker Engine,
/// GNU tar and bsdtar read. Each iteration writes the archive anew. Files on disk are read piece by piece as the
/// consumer asks for chunks, on a queue of the writer's own, so memory stays at one chunk.
public struct TarWriter: AsyncSequence, Sendable {
  /// How the archive is compressed.
  public enum Compression: Sendable, Hashable {
    /// Not at all.
    case none
    /// gzip (RFC 1952) with neither name nor time, so that equal content gives equal bytes; level 1 to 9.
    case gzip(level: Int = 6)
    /// Zstandard (RFC 8878); level 1 to 19.
    case zstd(level: Int = 3)
  }

  /// The entries in their order.
  public let items: [TarItem]
  /// How the archive is compressed.
  public let compression: Compression

  /// Describes an archive; nothing is read or written yet.
  public init(_ items: [TarItem], compression: Compression = .none) {
    self.items = items
    self.compression = compression
  }

  /// Starts writing.
  public func makeAsyncIterator() -> Iterator { Iterator(producer: TarProducer(items, compression)) }

  /// The whole archive in memory. Files on disk are read by the calling thread.
  ///
  /// - Throws: ``ArchiveError`` for a file that cannot be read or a name that cannot be stored.
  public func bytes() throws(ArchiveError) -> [UInt8] {
    let producer = TarProducer(items, compression)
    var all: [UInt8] = []
    while let chunk = try producer.nextChunk() { all += chunk }
    return all
  }

  /// Writes the archive step by step.
  public struct Iterator: AsyncIteratorProtocol {
    let producer: TarProducer
    private let queue = DispatchQueue(label: "idpbuilder.archive.write")

    init(producer: TarProducer) { self.producer = producer }

    /// The next chunk of about a quarter of a megabyte, or nil after the last one.
    ///
    /// - Throws: ``ArchiveError``, or `CancellationError` when cancelled.
    public mutating func next() async throws -> [UInt8]? { try await next(isolation: nil) }

    /// The next chunk of about a quarter of a megabyte, or nil after the last one.
    ///
    /// - Throws: ``ArchiveError``, or `CancellationError` when cancelled.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
      try Task.checkCancellation()
      let producer = producer
      return try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<[UInt8]?, any Error>) in
        queue.async { continuation.resume(with: Result { try producer.nextChunk() }) }
      }
    }
  }
}
