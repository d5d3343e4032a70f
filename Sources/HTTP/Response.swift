/// What a server answered. The body arrives while it is read.
public struct Response: Sendable {
  /// The status code, such as 200.
  public let status: Int
  /// The header fields of the final response (not of redirects that were followed).
  public let headers: Headers
  /// The content. Dropping the last copy of it before its end ends the transfer.
  public let body: ResponseBody

  /// Whether the status is 2xx.
  public var isSuccess: Bool { (200..<300).contains(status) }

  /// Reads the whole body.
  ///
  /// - Parameter limit: The largest accepted size in bytes.
  /// - Returns: All of it.
  /// - Throws: ``HTTPError``, with ``HTTPError/Code/tooLarge`` as soon as the limit is passed.
  public func collect(limit: Int = 64 << 20) async throws(HTTPError) -> [UInt8] {
    var result: [UInt8] = []
    var chunks = body.makeAsyncIterator()
    while let chunk = try await chunks.next(isolation: nil) {
      if result.count + chunk.count > limit {
        throw HTTPError(.tooLarge, "the response is larger than \(limit) bytes", request: body.request)
      }
      if result.isEmpty { result = chunk } else { result += chunk }
    }
    return result
  }
}

/// The content of a response as a sequence of chunks; may be read once.
///
/// At most about ``Client/Configuration/readAhead`` bytes are kept; a caller that reads slowly makes the server wait.
/// When the transfer fails, the bytes that came before are delivered first.
public struct ResponseBody: AsyncSequence, Sendable {
  /// A chunk of content, never empty.
  public typealias Element = [UInt8]
  /// Reading fails with the error of the transfer.
  public typealias Failure = HTTPError

  private let reader: Reader

  init(exchange: Exchange, owner: Client) { reader = Reader(exchange: exchange, owner: owner) }

  var request: String { reader.exchange.label }

  /// Starts, or goes on, reading.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: reader) }

  /// Reads chunks.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let reader: Reader

    /// The next chunk, nil at the end.
    ///
    /// - Throws: ``HTTPError``; when the task is cancelled, promptly with ``HTTPError/Code/cancelled``.
    public mutating func next() async throws(HTTPError) -> [UInt8]? { try await reader.exchange.nextChunk() }

    /// The next chunk, nil at the end; see ``next()``.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(HTTPError) -> [UInt8]? {
      try await reader.exchange.nextChunk()
    }
  }

  /// Ends the transfer when nobody can read it any more, and keeps the client alive until then.
  fileprivate final class Reader: Sendable {
    let exchange: Exchange
    let owner: Client

    init(exchange: Exchange, owner: Client) {
      self.exchange = exchange
      self.owner = owner
    }

    deinit { exchange.abandon() }
  }
}
