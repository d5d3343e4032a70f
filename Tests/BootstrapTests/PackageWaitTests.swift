import Documents
import Kubernetes
import Testing

@testable import Bootstrap

@Suite("Waiting for packages")
struct PackageWaitTests {
  func application(_ name: String, _ change: (inout Value) -> Void = { _ in }) -> Value {
    var value: Value = [
      "metadata": ["name": .string(name)], "spec": ["syncPolicy": ["automated": [:]]],
      "status": ["sync": ["status": "Synced", "revision": "abc"], "health": ["status": "Healthy"]],
    ]
    change(&value)
    return value
  }

  func readiness(
    _ applications: [Value], names: Set<String> = ["a"], sets: Set<String> = [], revisions: [String: String] = [:]
  ) -> Readiness {
    PackageWait.readiness(applications, names: names, sets: sets, revisions: revisions)
  }

  @Test("an Application that is Synced and Healthy at the wanted commit is ready, others do not count")
  func ready() {
    let other = application("other") { $0["status"]["health"]["status"] = "Degraded" }
    #expect(readiness([application("a"), other], revisions: ["a": "abc"]) == .ready)
    #expect(readiness([application("a")], revisions: ["a": "def0123"]) != .ready)
  }

  @Test("what is missing is named")
  func missing() {
    #expect(readiness([]) == .pending("a: not there yet"))
    let degraded = application("a") { $0["status"]["health"]["status"] = "Progressing" }
    #expect(readiness([degraded]) == .pending("a: synced, health Progressing"))
  }

  @Test("of many that are missing the first few are named")
  func many() {
    #expect(
      readiness([], names: ["a", "b", "c", "d", "e"])
        == .pending("a: not there yet; b: not there yet; c: not there yet; 2 more"))
  }

  @Test("ApplicationSets are awaited together, and their trouble is told")
  func sets() {
    let good: Value = [
      "metadata": ["name": "good"], "status": ["conditions": [["type": "ResourcesUpToDate", "status": "True"]]],
    ]
    let bad: Value = [
      "metadata": ["name": "bad"],
      "status": ["conditions": [["type": "ErrorOccurred", "status": "True", "message": "no such branch"]]],
    ]
    #expect(PackageWait.readiness(ofSets: [good, bad], names: ["good"]) == .ready)
    #expect(
      PackageWait.readiness(ofSets: [good, bad], names: ["good", "bad", "none"])
        == .pending("bad: no such branch; none: no Applications yet"))
  }

  @Test("an Application without automated sync is not awaited")
  func manual() {
    let manual = application("a") {
      $0["spec"]["syncPolicy"] = nil
      $0["status"]["sync"]["status"] = "OutOfSync"
    }
    #expect(readiness([manual]) == .ready)
  }

  @Test("Applications made by an ApplicationSet are awaited")
  func made() {
    let made = application("made") {
      $0["metadata"]["ownerReferences"] = [["kind": "ApplicationSet", "name": "set"]]
      $0["status"]["sync"]["status"] = "OutOfSync"
    }
    #expect(readiness([made], names: [], sets: ["set"]) == .pending("made: not synced (OutOfSync)"))
    #expect(readiness([made], names: [], sets: ["other"]) == .ready)
  }

  @Test("several sources have several revisions")
  func severalSources() {
    let several = application("a") { $0["status"]["sync"] = ["status": "Synced", "revisions": ["1", "2"]] }
    #expect(readiness([several]) == .ready)
  }

  @Test("what only lacks the removal of objects, which the Application does not allow, is ready")
  func pruning() {
    let left = application("a") {
      $0["status"]["sync"]["status"] = "OutOfSync"
      $0["status"]["resources"] = [["status": "Synced"], ["status": "OutOfSync", "requiresPruning": true]]
    }
    #expect(readiness([left]) == .ready)
    var allowed = left
    allowed["spec"]["syncPolicy"]["automated"]["prune"] = true
    #expect(readiness([allowed]) != .ready)
  }
}
