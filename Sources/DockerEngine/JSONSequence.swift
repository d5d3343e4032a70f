public import Documents
import HTTP

/// JSON objects that the engine sends one after the other: events, progress. May be read once.
public struct JSONSequence: AsyncSequence, Sendable {
  /// One object.
  public typealias Element = Value

  let response: Response
  let engine: Engine
  let operation: String

  /// Starts reading.
  public func makeAsyncIterator() -> Iterator {
    Iterator(chunks: response.body.makeAsyncIterator(), engine: engine, operation: operation)
  }

  /// Reads objects.
  public struct Iterator: AsyncIteratorProtocol {
    var chunks: ResponseBody.Iterator
    let engine: Engine
    let operation: String
    private var lines = JSONLines()
    private var ready: [Value] = []
    private var isOver = false

    init(chunks: ResponseBody.Iterator, engine: Engine, operation: String) {
      self.chunks = chunks
      self.engine = engine
      self.operation = operation
    }

    /// The next object, nil at the end.
    ///
    /// - Throws: ``EngineError``; `CancellationError` promptly when the task is cancelled.
    public mutating func next() async throws -> Value? {
      while true {
        if !ready.isEmpty { return ready.removeFirst() }
        if isOver { return nil }
        do {
          if let chunk = try await chunks.next() {
            ready = try lines.feed(chunk)
          } else {
            isOver = true
            ready = try lines.finish()
          }
        } catch let error as HTTPError {
          isOver = true
          throw engine.explained(error, operation: operation)
        } catch let fault as JSONLines.Fault {
          isOver = true
          throw EngineError(.badAnswer, operation: operation, fault.description)
        }
      }
    }
  }
}
