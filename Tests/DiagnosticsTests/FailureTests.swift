import Diagnostics
import Testing

@Suite struct FailureTests {
  @Test("an explained error brings its cause, remedy and exit code into the failure")
  func explainedCause() {
    let failure = Failure("node cannot start", because: DeadlineExceeded(awaiting: "the boot line"))
    #expect(failure.cause == "timed out waiting for the boot line")
    #expect(failure.status == .timedOut)
  }

  @Test("a secret does not show in interpolation, debug output or mirrors")
  func secretsStayHidden() {
    struct Holder { let password = Secret("hunter2") }
    for text in ["\(Secret("hunter2"))", String(reflecting: Holder()), String(describing: [Secret("hunter2")])] {
      #expect(!text.contains("hunter2"))
    }
  }
}
