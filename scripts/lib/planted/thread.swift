// What ThreadSanitizer must report (`planted`), and what it must not: scripts/sanitize tries both before it believes it.
import Dispatch
import Synchronization

final class Counter: @unchecked Sendable {
  var unprotected = 0
  let protected = Mutex(0)

  func add() { unprotected += 1 }
}

struct Planted: Error {}

@main
enum Program {
  static let counter = Counter()

  static func main() async {
    if CommandLine.arguments.contains("planted") {
      DispatchQueue.concurrentPerform(iterations: 8) { _ in for _ in 0..<10_000 { counter.add() } }
    }
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<10_000 { counter.protected.withLock { $0 += 1 } }
    }
    for _ in 0..<50 { await handOver() }
    print(counter.protected.withLock { $0 }, counter.unprotected)
  }

  /// Each of these ends before the next begins.
  static func handOver() async {
    await withCheckedContinuation { continuation in early { continuation.resume() } }
    counter.add()
    try? await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      early { continuation.resume(throwing: Planted()) }
    }
    counter.add()
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        counter.add()
        continuation.resume()
      }
    }
    counter.add()
    await Task.detached { counter.add() }.value
    await withTaskGroup { $0.addTask { counter.add() } }
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    early {
      continuation.yield()
      continuation.finish()
    }
    for await _ in stream { counter.add() }
  }

  /// Counts and resumes on another thread, and waits for that in a way that synchronizes nothing.
  static func early(_ resume: @escaping @Sendable () -> Void) {
    let isDone = Flag()
    DispatchQueue.global().async {
      counter.add()
      resume()
      isDone.value.store(true, ordering: .relaxed)
    }
    while !isDone.value.load(ordering: .relaxed) {}
  }

  final class Flag: Sendable {
    let value = Atomic(false)
  }
}
