import HTTP

/// What a process writes, from a container's log or an exec. May be read once.
///
/// Dropping it ends the connection to the engine, not the process.
public struct OutputSequence: AsyncSequence, Sendable {
  /// Some bytes of one of the streams.
  public typealias Element = OutputChunk

  let response: Response
  let engine: Engine
  let operation: String
  /// Whether the process has a terminal: its output comes as it is, without frames.
  let isRaw: Bool

  init(response: Response, engine: Engine, operation: String, tty: Bool) {
    self.response = response
    self.engine = engine
    self.operation = operation
    // From API 1.42 on the engine says which format it sends; before, `raw-stream` is said of both.
    isRaw = tty && response.headers["Content-Type"] != "application/vnd.docker.multiplexed-stream"
  }

  /// Starts reading.
  public func makeAsyncIterator() -> Iterator {
    Iterator(chunks: response.body.makeAsyncIterator(), engine: engine, operation: operation, isRaw: isRaw)
  }

  /// Reads output.
  public struct Iterator: AsyncIteratorProtocol {
    var chunks: ResponseBody.Iterator
    let engine: Engine
    let operation: String
    let isRaw: Bool
    private var demultiplexer = StreamDemultiplexer()
    private var ready: ArraySlice<OutputChunk> = []
    private var isOver = false

    init(chunks: ResponseBody.Iterator, engine: Engine, operation: String, isRaw: Bool) {
      self.chunks = chunks
      self.engine = engine
      self.operation = operation
      self.isRaw = isRaw
    }

    /// The next bytes, nil when the process has closed its streams.
    ///
    /// - Throws: ``EngineError``; `CancellationError` promptly when the task is cancelled.
    public mutating func next() async throws -> OutputChunk? {
      while true {
        if let chunk = ready.popFirst() { return chunk }
        if isOver { return nil }
        do {
          if let chunk = try await chunks.next() {
            ready = isRaw ? [OutputChunk(.stdout, chunk)] : try demultiplexer.feed(chunk)[...]
          } else {
            isOver = true
            try demultiplexer.finish()
          }
        } catch let error as HTTPError {
          isOver = true
          throw engine.explained(error, operation: operation)
        } catch let fault as StreamDemultiplexer.Fault {
          isOver = true
          throw EngineError(
            fault == .truncated ? .closedEarly : .badAnswer, operation: operation, fault.description,
            remedy: "see the engine's log (`sudo journalctl -u docker`) and try again")
        }
      }
    }
  }
}
