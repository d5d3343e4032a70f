import Dispatch
import Synchronization

/// The meeting point of libarchive's blocking reads and an asynchronous source of chunks.
///
/// A blocking job asks for a chunk and sleeps on its own thread; the asynchronous side is resumed, gets the chunk from
/// the source and wakes the job. At most one job runs at a time, and one task serves it.
final class ChunkFeed: Sendable {
  enum Event: Sendable { case chunkWanted, jobFinished }
  enum Supply: Sendable { case chunk([UInt8]), end, failed }

  private struct State {
    var event: Event?
    var waiter: CheckedContinuation<Event, Never>?
    var supply: Supply?
  }

  private let state = Mutex(State())
  private let supplied = DispatchSemaphore(value: 0)

  /// Called by the job: blocks its thread until the source has given something.
  func wait() -> Supply {
    post(.chunkWanted)
    supplied.wait()
    return state.withLock { state in
      defer { state.supply = nil }
      return state.supply ?? .failed
    }
  }

  /// Called by the job when it is done.
  func finish() { post(.jobFinished) }

  /// Called by the serving task: what the job needs next.
  func event(isolation: isolated (any Actor)? = #isolation) async -> Event {
    await withCheckedContinuation { continuation in
      let ready = state.withLock { state -> Event? in
        defer { state.event = nil }
        if state.event == nil { state.waiter = continuation }
        return state.event
      }
      if let ready { continuation.resume(returning: ready) }
    }
  }

  /// Called by the serving task: the answer to `chunkWanted`.
  func supply(_ supply: Supply) {
    state.withLock { $0.supply = supply }
    supplied.signal()
  }

  private func post(_ event: Event) {
    let waiter = state.withLock { state -> CheckedContinuation<Event, Never>? in
      defer { state.waiter = nil }
      if state.waiter == nil { state.event = event }
      return state.waiter
    }
    waiter?.resume(returning: event)
  }
}
