/// Chunks of bytes that are in memory already, as an asynchronous sequence.
public struct ByteChunks: AsyncSequence, Sendable {
  private let chunks: [[UInt8]]

  /// Gives the chunks one after the other.
  public init(_ chunks: [[UInt8]]) { self.chunks = chunks }

  /// Starts at the first chunk.
  public func makeAsyncIterator() -> Iterator { Iterator(base: chunks.makeIterator()) }

  /// Walks over the chunks.
  public struct Iterator: AsyncIteratorProtocol {
    var base: IndexingIterator<[[UInt8]]>

    /// The next chunk, or nil after the last one.
    public mutating func next() async -> [UInt8]? { base.next() }
    /// The next chunk, or nil after the last one.
    public mutating func next(isolation actor: isolated (any Actor)?) async -> [UInt8]? { base.next() }
  }
}
