import Synchronization

extension Exchange {
  /// The request body on its way from its source to libcurl.
  struct Upload {
    /// How many bytes are kept before the source is made to wait.
    static let limit = 256 << 10

    var pending: [UInt8] = []
    var offset = 0
    /// The source came to its end.
    var isComplete = false
    /// libcurl was told to wait because nothing is pending.
    var isSendingPaused = false
    /// The source, waiting for space.
    var source: CheckedContinuation<Void, Never>?
    /// The task that reads the source.
    var task: Task<Void, Never>?
    var isOver = false

    /// What to do outside of the lock when the exchange is over.
    struct Ending {
      let source: CheckedContinuation<Void, Never>?
      let task: Task<Void, Never>?

      func perform() {
        task?.cancel()
        source?.resume()
      }
    }

    mutating func end() -> Ending {
      defer {
        source = nil
        task = nil
        pending = []
        offset = 0
        isOver = true
      }
      return Ending(source: source, task: task)
    }
  }

  /// Reads the source in a task of its own until its end or the end of the exchange.
  func feed(from source: ByteStream) {
    let task = Task {
      do {
        try await source.forEach { chunk in try await self.accept(chunk) }
        self.completeUpload()
      } catch {
        self.fail(
          HTTPError(
            .bodySource, "the request body cannot be read: \(error)", request: self.label, underlying: error))
      }
    }
    let isOver = state.withLock { state in
      if !state.upload.isOver { state.upload.task = task }
      return state.upload.isOver
    }
    if isOver { task.cancel() }
  }

  /// Takes a chunk from the source, and waits while enough is pending.
  private func accept(_ chunk: [UInt8]) async throws {
    let resume = state.withLock { state in
      if state.upload.isOver { return false }
      if state.upload.offset > 0 {
        state.upload.pending.removeFirst(state.upload.offset)
        state.upload.offset = 0
      }
      state.upload.pending += chunk
      defer { if !chunk.isEmpty { state.upload.isSendingPaused = false } }
      return state.upload.isSendingPaused && !chunk.isEmpty
    }
    if resume { loop.notify(.resumeSending(self)) }
    await withCheckedContinuation { continuation in
      let mustWait = state.withLock { state in
        let isFull = state.upload.pending.count - state.upload.offset >= Upload.limit
        if isFull && !state.upload.isOver {
          state.upload.source = continuation
          return true
        }
        return false
      }
      if !mustWait { continuation.resume() }
    }
    if state.withLock({ $0.upload.isOver }) { throw CancellationError() }
  }

  private func completeUpload() {
    let resume = state.withLock { state in
      state.upload.isComplete = true
      defer { state.upload.isSendingPaused = false }
      return state.upload.isSendingPaused
    }
    if resume { loop.notify(.resumeSending(self)) }
  }

  /// What libcurl's read callback gets.
  enum Supply {
    case bytes(Int)
    case pause
    case end
    case abort
  }

  /// Copies pending bytes of the request body; called on the transfer thread.
  func supply(into buffer: UnsafeMutableRawBufferPointer) -> Supply {
    let (supply, source) = state.withLock { state in
      if state.outcome != nil || state.upload.isOver { return (Supply.abort, nil as CheckedContinuation<Void, Never>?) }
      let available = state.upload.pending.count - state.upload.offset
      if available == 0 {
        if state.upload.isComplete { return (.end, nil) }
        state.upload.isSendingPaused = true
        return (.pause, nil)
      }
      let count = min(available, buffer.count)
      let start = state.upload.offset
      state.upload.pending.withUnsafeBytes { bytes in
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
      }
      state.upload.offset += count
      guard state.upload.pending.count - state.upload.offset < Upload.limit else { return (.bytes(count), nil) }
      defer { state.upload.source = nil }
      return (.bytes(count), state.upload.source)
    }
    source?.resume()
    return supply
  }
}
