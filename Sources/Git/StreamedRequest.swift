import HTTP
import Synchronization

/// A request whose content is sent while libgit2 makes it, so that a pack of any size takes little memory.
final class StreamedRequest: Sendable {
  private let pipe: ChunkPipe
  private let answer: Task<ResponseBody, any Error>

  /// Begins the exchange.
  init(_ http: SmartHTTP, _ service: SmartHTTP.Service) {
    let pipe = ChunkPipe()
    self.pipe = pipe
    answer = Task {
      defer { pipe.close() }
      return try await http.call(service, body: .stream(pipe))
    }
  }

  deinit {
    pipe.close()
    answer.cancel()
  }

  /// Sends a piece; returns when it is on its way.
  func send(_ piece: [UInt8]) async throws {
    if await pipe.send(piece) { return }
    _ = try await end()
    throw GitError(.protocolViolation, "send a pack", "the server answers before the end")
  }

  /// Ends the request and waits for the answer.
  func finish() async throws -> ResponseBody {
    pipe.finish()
    return try await end()
  }

  private func end() async throws -> ResponseBody {
    try await withTaskCancellationHandler {
      try await answer.value
    } onCancel: {
      answer.cancel()
    }
  }
}

/// Chunks on their way from one task to another; the first waits until the second took what was there.
final class ChunkPipe: AsyncSequence, Sendable {
  private struct State {
    var chunk: [UInt8]?
    var isFinished = false
    var isClosed = false
    var sender: CheckedContinuation<Void, Never>?
    var receiver: CheckedContinuation<Void, Never>?

    mutating func wake() {
      sender?.resume()
      receiver?.resume()
      sender = nil
      receiver = nil
    }
  }

  private let state = Mutex(State())

  /// Puts in a chunk, when the one before it was taken.
  ///
  /// - Returns: Whether it was put in; false if nobody will take it.
  func send(_ chunk: [UInt8]) async -> Bool {
    await withTaskCancellationHandler {
      while true {
        let isSent = state.withLock { state -> Bool? in
          if state.isClosed { return false }
          guard state.chunk == nil else { return nil }
          state.chunk = chunk
          state.wake()
          return true
        }
        if let isSent { return isSent }
        await wait(\.sender) { $0.chunk == nil || $0.isClosed }
      }
    } onCancel: {
      close()
    }
  }

  /// Says that there is no further chunk.
  func finish() {
    state.withLock { state in
      state.isFinished = true
      state.wake()
    }
  }

  /// Says that nobody takes or gives any more.
  func close() {
    state.withLock { state in
      state.isClosed = true
      state.chunk = nil
      state.wake()
    }
  }

  fileprivate func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      while true {
        let found = try state.withLock { state throws -> [UInt8]?? in
          if let chunk = state.chunk {
            state.chunk = nil
            state.wake()
            return chunk
          }
          if state.isFinished { return .some(nil) }
          // Not an end: half a request must not look like a whole one.
          if state.isClosed { throw CancellationError() }
          return nil
        }
        if let found { return found }
        await wait(\.receiver) { $0.chunk != nil || $0.isFinished || $0.isClosed }
      }
    } onCancel: {
      close()
    }
  }

  private func wait(
    _ waiter: any WritableKeyPath<State, CheckedContinuation<Void, Never>?> & Sendable,
    until condition: (State) -> Bool
  ) async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if condition(state) { return true }
        state[keyPath: waiter] = continuation
        return false
      }
      if isOver { continuation.resume() }
    }
  }

  struct Iterator: AsyncIteratorProtocol {
    let pipe: ChunkPipe
    func next() async throws -> [UInt8]? { try await pipe.next() }
  }

  func makeAsyncIterator() -> Iterator { Iterator(pipe: self) }
}
