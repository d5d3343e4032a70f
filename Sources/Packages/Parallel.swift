import Dispatch
import Synchronization

/// Blocking work on many things at once, on Dispatch's threads and as many as there are cores, so that Swift's own pool
/// stays free.
enum Parallel {
  /// Transforms every element.
  ///
  /// - Parameters:
  ///   - inputs: The elements.
  ///   - transform: What is done to each; may block.
  /// - Returns: The results in the order of the elements.
  /// - Throws: `CancellationError` when cancelled; what is under way is finished first, nothing else is begun.
  static func map<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], _ transform: @escaping @Sendable (Input) -> Output
  ) async throws -> [Output] {
    if inputs.isEmpty { return [] }
    let isCancelled = Atomic(false)
    return try await withTaskCancellationHandler {
      let results = await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          let results = Mutex([Output?](repeating: nil, count: inputs.count))
          DispatchQueue.concurrentPerform(iterations: inputs.count) { index in
            if isCancelled.load(ordering: .relaxed) { return }
            let output = transform(inputs[index])
            results.withLock { $0[index] = output }
          }
          continuation.resume(returning: results.withLock { $0 })
        }
      }
      try Task.checkCancellation()
      return results.compactMap(\.self)
    } onCancel: {
      isCancelled.store(true, ordering: .relaxed)
    }
  }
}
