import HTTP

/// A request that is written and an answer that is read, as libgit2 wants them: byte by byte and blocking.
final class Exchange {
  private enum State {
    case writing(SmartHTTP, SmartHTTP.Service, BlockingBridge)
    case reading(AnswerReader, BlockingBridge)
    case answered
  }

  private var state: State
  private var request: [UInt8] = []
  private var unread: ArraySlice<UInt8>
  private let depth: Int?
  private var deepening: Deepening?

  /// An exchange whose answer is there already.
  init(answer: [UInt8]) {
    state = .answered
    unread = answer[...]
    depth = nil
  }

  /// An exchange whose request follows.
  init(_ http: SmartHTTP, _ service: SmartHTTP.Service, bridge: BlockingBridge, depth: Int?) {
    state = .writing(http, service, bridge)
    unread = []
    self.depth = depth
  }

  /// Adds to the request, which is sent when the answer is first asked for.
  func write(_ bytes: UnsafeRawBufferPointer) { request.append(contentsOf: bytes) }

  /// Reads some bytes of the answer.
  ///
  /// - Returns: How many; zero at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while unread.isEmpty {
      guard let chunk = try nextChunk() else { return 0 }
      unread = chunk[...]
    }
    let piece = unread.prefix(buffer.count)
    buffer.copyBytes(from: piece)
    unread = unread.dropFirst(piece.count)
    return piece.count
  }

  private func nextChunk() throws -> [UInt8]? {
    switch state {
    case .answered: return nil
    case .writing(let http, let service, let bridge):
      var body = request
      request = []
      if let depth {
        body = Deepening.request(body, depth: depth)
        deepening = Deepening()
      }
      let sent = body
      state = .reading(AnswerReader(try bridge.wait { try await http.call(service, body: sent) }), bridge)
      return []
    case .reading(let reader, let bridge):
      if let chunk = try bridge.wait(for: { try await reader.next() }) {
        return deepening?.filter(chunk) ?? chunk
      }
      state = .answered
      return deepening?.finish()
    }
  }
}

/// The place in an answer.
///
/// `@unchecked Sendable`: asked for one chunk at a time; the thread that asks waits for it.
private final class AnswerReader: @unchecked Sendable {
  private var iterator: ResponseBody.Iterator

  init(_ body: ResponseBody) { iterator = body.makeAsyncIterator() }

  func next() async throws -> [UInt8]? { try await iterator.next() }
}
