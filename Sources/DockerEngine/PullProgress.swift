import Documents
import HTTP

/// One message of the engine about work on an image (API, schema `CreateImageInfo`).
public struct PullProgress: Sendable, Hashable {
  /// The layer it is about, the tag for the first message; nil for the image as a whole.
  public let layer: String?
  /// What happens, in the engine's words: `Downloading`, `Pull complete`, `Status: Downloaded newer image for …`.
  public let status: String
  /// How many bytes of the layer are done, if the engine says so.
  public let current: Int64?
  /// How many bytes the layer has, if the engine says so.
  public let total: Int64?

  /// A message; see the properties.
  public init(layer: String? = nil, status: String, current: Int64? = nil, total: Int64? = nil) {
    self.layer = layer
    self.status = status
    self.current = current
    self.total = total
  }

  /// Reads a message.
  init(_ message: Value) {
    func count(_ value: Value) -> Int64? { value.intValue.flatMap { $0 > 0 ? Int64($0) : nil } }
    let detail = message["progressDetail"]
    self.init(
      layer: message["id"].stringValue, status: message["status"].stringValue ?? message["stream"].stringValue ?? "",
      current: count(detail["current"]), total: count(detail["total"]))
  }
}

/// The progress of work on an image, until it is done. May be read once; dropping it ends the work.
public struct PullSequence: AsyncSequence, Sendable {
  /// A message.
  public typealias Element = PullProgress

  let start: @Sendable () async throws -> JSONSequence
  let operation: String

  /// Starts the work when the first element is asked for.
  public func makeAsyncIterator() -> Iterator { Iterator(start: start, operation: operation) }

  /// Reads messages.
  public struct Iterator: AsyncIteratorProtocol {
    let start: @Sendable () async throws -> JSONSequence
    let operation: String
    var messages: JSONSequence.Iterator?

    /// The next message, nil when the work is done.
    ///
    /// - Throws: ``EngineError``, also for failures that the engine reports in the middle; `CancellationError`
    ///   promptly when the task is cancelled.
    public mutating func next() async throws -> PullProgress? {
      var messages: JSONSequence.Iterator
      if let started = self.messages { messages = started } else { messages = try await start().makeAsyncIterator() }
      let message = try await messages.next()
      self.messages = messages
      guard let message else { return nil }
      if let failure = EngineError(inProgress: message, operation: operation) { throw failure }
      return PullProgress(message)
    }
  }

  /// Reads to the end.
  ///
  /// - Throws: As reading does.
  public func complete() async throws { for try await _ in self {} }
}

extension EngineError {
  /// A failure reported in the middle of progress: `{"error": …, "errorDetail": {"code": …, "message": …}}`.
  init?(inProgress message: Value, operation: String) {
    let detail = message["errorDetail"]
    guard let text = detail["message"].stringValue ?? message["error"].stringValue else { return nil }
    self.init(.refused, operation: operation, text, status: detail["code"].intValue)
  }
}
