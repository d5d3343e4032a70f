import Testing

@testable import Bootstrap

@Suite struct PromiseTests {
  @Test("everybody who waits gets the value, whether they came before or after it")
  func waiting() async throws {
    let promise = Promise<Int>()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<10 { group.addTask { try await promise.value() } }
      promise.fulfil(7)
      for try await value in group { #expect(value == 7) }
    }
    #expect(try await promise.value() == 7)
  }

  @Test("the first value stays")
  func firstWins() {
    let promise = Promise<String>()
    #expect(promise.current == nil)
    promise.fulfil("a")
    promise.fulfil("b")
    #expect(promise.current == "a")
  }

  @Test("a waiter that is cancelled leaves at once, before and while it waits; others go on waiting")
  func cancellation() async throws {
    let promise = Promise<Int>()
    let patient = Task { try await promise.value() }
    for _ in 0..<100 {
      let hasty = Task { try await promise.value() }
      hasty.cancel()
      await #expect(throws: CancellationError.self) { try await hasty.value }
    }
    promise.fulfil(1)
    #expect(try await patient.value == 1)
  }
}
