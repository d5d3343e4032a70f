// Linked into what scripts/sanitize builds with ThreadSanitizer.
//
// The runtime tells the sanitizer that resuming a continuation happens before the task is enqueued again. A task whose
// continuation is resumed before it begins to wait is not enqueued, it goes on, and of that nothing is told
// (swift_continuation_await in stdlib/public/Concurrency/Task.cpp). These functions are found before the library's of the
// same mangled names, do the same, and tell it.

@_silgen_name("__tsan_acquire") private func acquire(_ address: UnsafeMutableRawPointer)

@_silgen_name("$ss23withCheckedContinuation9isolation8function_xScA_pSgYi_SSyScCyxs5NeverOGXEtYalF")
func withContinuation<Value>(
  isolation: isolated (any Actor)? = #isolation, function: String = #function,
  _ body: (CheckedContinuation<Value, Never>) -> Void
) async -> Value {
  var task: UnsafeMutableRawPointer?
  let value = await withUnsafeContinuation { (continuation: UnsafeContinuation<Value, Never>) in
    // An UnsafeContinuation is the pointer to its task, which is what the runtime names to the sanitizer.
    task = unsafeBitCast(continuation, to: UnsafeMutableRawPointer.self)
    body(CheckedContinuation(continuation: continuation, function: function))
  }
  if let task { acquire(task) }
  return value
}

@_silgen_name("$ss31withCheckedThrowingContinuation9isolation8function_xScA_pSgYi_SSyScCyxs5Error_pGXEtYaKlF")
func withThrowingContinuation<Value>(
  isolation: isolated (any Actor)? = #isolation, function: String = #function,
  _ body: (CheckedContinuation<Value, any Error>) -> Void
) async throws -> Value {
  var task: UnsafeMutableRawPointer?
  defer { if let task { acquire(task) } }
  return try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Value, any Error>) in
    task = unsafeBitCast(continuation, to: UnsafeMutableRawPointer.self)
    body(CheckedContinuation(continuation: continuation, function: function))
  }
}
