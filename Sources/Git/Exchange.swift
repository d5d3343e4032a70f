import HTTP

/// A request that is written and an answer that is read, as libgit2 wants them: byte by byte and blocking.
final class Exchange {
  private enum State {
    case writing(SmartHTTP, SmartHTTP.Service, BlockingBridge)
    case reading(AnswerReader, BlockingBridge)
    case answered
  }

  /// How much of a request is kept before it is sent in pieces, without saying how long it will be.
  private static let pieceSize = 512 << 10

  private var state: State
  private var request: [UInt8] = []
  private var streamed: StreamedRequest?
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

  /// Adds to the request. A small one is sent when the answer is first asked for, a large one while it is made.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    request.append(contentsOf: bytes)
    guard request.count >= Self.pieceSize, depth == nil, case .writing(let http, let service, let bridge) = state
    else { return }
    let streamed = streamed ?? StreamedRequest(http, service)
    self.streamed = streamed
    let piece = request
    request.removeAll(keepingCapacity: true)
    try bridge.wait { try await streamed.send(piece) }
  }

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
      let rest = body
      let answer = try bridge.wait { [streamed] in
        guard let streamed else { return try await http.call(service, body: .bytes(rest)) }
        if !rest.isEmpty { try await streamed.send(rest) }
        return try await streamed.finish()
      }
      state = .reading(AnswerReader(answer), bridge)
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
