import Bootstrap
import Diagnostics
import Synchronization
import Testing

@Suite struct RunnerTests {
  @Test("every step runs once, after what it needs")
  func order() async throws {
    let log = Log()
    let plan = try Plan([
      log.step("node"), log.step("certificate"), log.step("dns", ["node", "certificate"]), log.step("end", ["dns"]),
    ])
    try await Runner(events: .discarding).run(plan)
    #expect(Set(log.lines.prefix(2)) == ["node", "certificate"])
    #expect(log.lines.dropFirst(2) == ["dns", "end"])
  }

  @Test("a step does not wait for steps that it does not need")
  func overlap() async throws {
    // Each of the two can only end when the other has started.
    let (first, second) = (Gate(), Gate())
    let plan = try Plan([
      Step("a", title: "a") { _ in
        first.open()
        await second.opened()
        return nil
      },
      Step("b", title: "b") { _ in
        second.open()
        await first.opened()
        return nil
      },
    ])
    try await Runner(events: .discarding).run(plan)
  }

  @Test("a step that finds its work done is not run, and says so")
  func satisfied() async throws {
    let record = Record()
    let plan = try Plan([
      Step("image", title: "node image", isSatisfied: { _ in .satisfied("present") }) { _ in
        Issue.record("ran")
        return nil
      }
    ])
    try await Runner(events: record.sink).run(plan)
    #expect(record.lines == ["planned image", "started image", "skipped image present", "finished"])
  }

  @Test("progress reaches the events between start and end of its step")
  func progress() async throws {
    let record = Record()
    let plan = try Plan([
      Step("image", title: "node image") { context in
        context.report("12 of 40 MB", fraction: 0.3)
        return "pulled"
      }
    ])
    try await Runner(events: record.sink).run(plan)
    #expect(
      record.lines == ["planned image", "started image", "image 12 of 40 MB 0.3", "done image pulled", "finished"])
  }

  @Test("the first failure cancels the rest, starts nothing more, and its error names the step")
  func failure() async throws {
    let started = Gate()
    let record = Record()
    let plan = try Plan([
      Step("argocd", title: "argocd") { _ in
        started.open()
        try await untilCancelled()
        return nil
      },
      Step("gitea", title: "gitea") { _ in
        await started.opened()
        throw Failure("image cannot be pulled", cause: "no such host", remedy: "idpbuilder doctor", status: .unhealthy)
      },
      Step("end", title: "hand-over", after: ["gitea"]) { _ in
        Issue.record("ran")
        return nil
      },
    ])
    let failure = await #expect(throws: Failure.self) { try await Runner(events: record.sink).run(plan) }
    #expect(failure?.what == "gitea: image cannot be pulled")
    #expect(failure?.cause == "no such host")
    #expect(failure?.status == .unhealthy)
    #expect(record.lines.filter { $0.hasPrefix("failed") } == ["failed gitea gitea: image cannot be pulled"])
    #expect(!record.lines.contains("finished"))
  }

  @Test("an error of a lower layer becomes a failure of the step with that cause, remedy and exit code")
  func wrapped() async throws {
    let plan = try Plan([
      Step("node", title: "node") { _ in throw DeadlineExceeded(awaiting: "the boot line") }
    ])
    let failure = await #expect(throws: Failure.self) { try await Runner(events: .discarding).run(plan) }
    #expect(failure?.what == "node failed")
    #expect(failure?.cause == "timed out waiting for the boot line")
    #expect(failure?.status == .timedOut)
  }

  @Test("a look that fails is a failure of the step")
  func lookFails() async throws {
    let plan = try Plan([
      Step("node", title: "node", isSatisfied: { _ in throw Failure("engine gone") }) { _ in nil }
    ])
    let failure = await #expect(throws: Failure.self) { try await Runner(events: .discarding).run(plan) }
    #expect(failure?.what == "node: engine gone")
  }

  @Test("cancelling ends the run as cancelled, not as the failure that a client made of it")
  func cancelled() async throws {
    let started = Gate()
    let record = Record()
    let plan = try Plan([
      Step("node", title: "node") { _ in
        started.open()
        do { try await untilCancelled() } catch { throw Failure("transfer aborted") }
        return nil
      }
    ])
    let run = Task { try await Runner(events: record.sink).run(plan) }
    await started.opened()
    run.cancel()
    await #expect(throws: RunCancelled.self) { try await run.value }
    #expect(record.lines == ["planned node", "started node"])
  }
}
