import HTTP

/// Bytes that the engine sends: an archive, a saved image. May be read once; dropping it ends the transfer.
public struct ByteSequence: AsyncSequence, Sendable {
  /// A chunk, never empty.
  public typealias Element = [UInt8]

  let response: Response
  let engine: Engine
  let operation: String

  /// Starts reading.
  public func makeAsyncIterator() -> Iterator {
    Iterator(chunks: response.body.makeAsyncIterator(), engine: engine, operation: operation)
  }

  /// Reads all bytes.
  ///
  /// - Parameter limit: The largest accepted size in bytes.
  /// - Returns: All of them.
  /// - Throws: ``EngineError``, with ``EngineError/Code/badAnswer`` when the limit is passed.
  public func collect(limit: Int = 64 << 20) async throws -> [UInt8] {
    do throws(HTTPError) {
      return try await response.collect(limit: limit)
    } catch {
      throw engine.explained(error, operation: operation)
    }
  }

  /// Reads chunks.
  public struct Iterator: AsyncIteratorProtocol {
    var chunks: ResponseBody.Iterator
    let engine: Engine
    let operation: String

    /// The next bytes, nil at the end.
    ///
    /// - Throws: ``EngineError``; `CancellationError` promptly when the task is cancelled.
    public mutating func next() async throws -> [UInt8]? {
      do throws(HTTPError) {
        return try await chunks.next()
      } catch {
        throw engine.explained(error, operation: operation)
      }
    }
  }
}
