/// Bytes that are produced while they are sent: any asynchronous sequence of chunks, whatever its error type.
public struct ByteStream: Sendable {
  /// Reads the source to its end and hands on each chunk; called once.
  let forEach: @Sendable (_ accept: @Sendable ([UInt8]) async throws -> Void) async throws -> Void

  /// Wraps a sequence of chunks. It will be read once.
  public init<Source: AsyncSequence & Sendable>(_ source: Source) where Source.Element == [UInt8] {
    forEach = { accept in
      for try await chunk in source { try await accept(chunk) }
    }
  }

  /// Wraps chunks that are at hand.
  public init(chunks: [[UInt8]]) {
    forEach = { accept in
      for chunk in chunks { try await accept(chunk) }
    }
  }
}
