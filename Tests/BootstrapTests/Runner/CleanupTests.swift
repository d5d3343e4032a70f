import Bootstrap
import Diagnostics
import Testing

@Suite struct CleanupTests {
  /// Two steps that each register a rollback and evidence, and a third that does `end`.
  private func plan(_ log: Log, end: @escaping @Sendable (StepContext) async throws -> Void) throws -> Plan {
    func making(_ id: StepID, after: [StepID]) -> Step {
      Step(id, title: id.rawValue, after: after) { context in
        context.rollBack("removing \(id)") { log.note("removed \(id)") }
        context.collectEvidence("saving logs of \(id)") {
          log.note("saved \(id)")
          return "logs of \(id) are in /tmp/\(id)"
        }
        return nil
      }
    }
    return try Plan([
      making("network", after: []), making("node", after: ["network"]),
      Step("end", title: "end", after: ["node"]) { context in
        try await end(context)
        return nil
      },
    ])
  }

  @Test("a failure saves evidence first and then takes back what was made, the last first")
  func lastInFirstOut() async throws {
    let log = Log()
    let failure = await #expect(throws: Failure.self) {
      try await Runner(events: .discarding).run(plan(log) { _ in throw Failure("no space left") })
    }
    #expect(log.lines == ["saved node", "saved network", "removed node", "removed network"])
    #expect(
      failure?.state
        == "logs of node are in /tmp/node; logs of network are in /tmp/network; what was made is removed again")
  }

  @Test("success takes nothing back")
  func success() async throws {
    let log = Log()
    try await Runner(events: .discarding).run(plan(log) { _ in })
    #expect(log.lines == [])
  }

  @Test("--retain saves evidence, takes nothing back and says so")
  func retain() async throws {
    let log = Log()
    let failure = await #expect(throws: Failure.self) {
      try await Runner(events: .discarding, retain: true).run(plan(log) { _ in throw Failure("no") })
    }
    #expect(log.lines == ["saved node", "saved network"])
    #expect(failure?.state?.hasSuffix("what was made is retained, as asked") == true)
  }

  @Test("what was declared worth keeping is kept by a later failure, and the failure says so")
  func kept() async throws {
    let log = Log()
    let failure = await #expect(throws: Failure.self) {
      try await Runner(events: .discarding).run(
        plan(log) { context in
          context.keepWhatWasMade("the cluster is kept")
          throw Failure("no")
        })
    }
    #expect(log.lines == ["saved node", "saved network"])
    #expect(failure?.state?.hasSuffix("the cluster is kept") == true)
  }

  @Test("a cancelled run takes back what was made, in a task that is not cancelled, and saves no evidence")
  func cancelled() async throws {
    let log = Log()
    let started = Gate()
    let plan = try plan(log) { context in
      context.rollBack("looking") { log.note("cancelled: \(Task.isCancelled)") }
      started.open()
      try await untilCancelled()
    }
    let run = Task { try await Runner(events: .discarding).run(plan) }
    await started.opened()
    run.cancel()
    let error = await #expect(throws: RunCancelled.self) { try await run.value }
    #expect(log.lines == ["cancelled: false", "removed node", "removed network"])
    #expect(error?.state == nil)
  }

  @Test("a rollback that fails or hangs stops neither the others nor the end, and is said")
  func hanging() async throws {
    let log = Log()
    let record = Record()
    let plan = try plan(log) { context in
      context.rollBack("removing volume") { try await untilCancelled() }
      context.rollBack("removing image") { throw Failure("in use") }
      throw Failure("no")
    }
    let failure = await #expect(throws: Failure.self) {
      try await Runner(events: record.sink, cleanupLimit: .milliseconds(50)).run(plan)
    }
    #expect(failure?.state?.contains("removing image failed; removing volume failed") == true)
    #expect(record.lines.contains("cleanup failed: removing image failed"))
  }
}
