import Diagnostics
import Testing

@Suite struct DeadlineTests {
  @Test("work that ends before the deadline gives its result")
  func resultInTime() async throws {
    #expect(try await withDeadline(.after(.seconds(60)), awaiting: "work") { 7 } == 7)
  }

  @Test("work that does not end is cancelled at the deadline, and the error names it")
  func lateWorkIsCancelled() async throws {
    let error = await #expect(throws: DeadlineExceeded.self) {
      try await withDeadline(.after(.milliseconds(20)), awaiting: "the moon") {
        for await _ in AsyncStream<Int>(unfolding: { nil }) {}
        try await Task.sleep(for: .seconds(3600))
      }
    }
    #expect(error?.description == "timed out waiting for the moon")
  }

  @Test("a back-off whose deadline has passed throws instead of pausing")
  func backoffHonoursDeadline() async {
    var backoff = Backoff()
    await #expect(throws: DeadlineExceeded.self) {
      try await backoff.pause(until: .after(.zero), awaiting: "nothing")
    }
  }
}
