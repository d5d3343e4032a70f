import Documents
import Testing

@testable import ClusterAPI

@Suite("Cluster state")
struct StateTests {
  private let configMaps = ResourceID("", "configmaps")

  private func cluster() -> ClusterState {
    var state = ClusterState()
    state.store(.namespaces, "", "default") { _ in }
    return state
  }

  private func watch(_ state: inout ClusterState, since: Int) -> WatchRequest? {
    let reply = state.answer(
      APIRequest(
        method: "GET", segments: ["api", "v1", "configmaps"], query: ["watch": "true", "resourceVersion": "\(since)"]))
    guard case .watch(let watch) = reply else { return nil }
    return watch
  }

  @Test("a journal brings back every object, also when its last line was cut off")
  func journal() throws {
    var state = cluster()
    for name in ["a", "b"] { state.store(configMaps, "default", name) { $0["data"] = ["n": .string(name)] } }
    let target = try #require(state.target(configMaps, "default", "a"))
    _ = try state.delete(target, DeleteOptions())
    let journal = state.takeJournal()
    for cut in 0..<journal.count {
      var restored = ClusterState()
      restored.restore(journal: Array(journal.prefix(cut)))
      #expect(restored.revision <= state.revision)
    }
    var restored = ClusterState()
    restored.restore(journal: journal)
    #expect(restored.list(configMaps).map { $0["metadata"]["name"] } == ["b"])
    #expect(restored.revision == state.revision)
    var compacted = ClusterState()
    compacted.restore(journal: restored.compactedJournal())
    #expect(compacted.list(configMaps) == restored.list(configMaps))
  }

  @Test("a watch from before the kept history gets 410 and ends")
  func expiry() throws {
    var state = cluster()
    let start = state.revision
    for number in 0..<(ClusterState.historyLimit * 2) {
      state.store(configMaps, "default", "c") { $0["data"] = ["n": .string("\(number)")] }
    }
    let old = try #require(watch(&state, since: start))
    var position: Int?
    let events = state.openWatch(old, position: &position)
    #expect(events.map { $0["object"]["code"] } == [410])
    #expect(position == nil)
    let late = try #require(watch(&state, since: state.revision - 10))
    #expect(state.openWatch(late, position: &position).count == 10)
    #expect(position == state.revision)
  }

  @Test("whatever owners are gone, their dependents go; one owner that is left is enough")
  func ownership() throws {
    var state = cluster()
    let owners = ["one", "two"].map { name in state.store(configMaps, "default", name) { _ in } }
    state.store(configMaps, "default", "child") { child in
      child["metadata"]["ownerReferences"] = .array(
        owners.map {
          ["apiVersion": "v1", "kind": "ConfigMap", "name": $0["metadata"]["name"], "uid": $0["metadata"]["uid"]]
        })
    }
    _ = try state.delete(try #require(state.target(configMaps, "default", "one")), DeleteOptions())
    #expect(state.object(configMaps, "default", "child") != nil)
    _ = try state.delete(try #require(state.target(configMaps, "default", "two")), DeleteOptions())
    #expect(state.object(configMaps, "default", "child") == nil)
  }

  @Test(
    "hostile bodies are refused with 4xx and change nothing",
    arguments: [
      "", "{", "[]", "null", "\"text\"", "{\"metadata\": []}", "{\"metadata\": {\"name\": 1}}", "{\"kind\": {}}",
    ])
  func hostile(body: String) {
    var state = cluster()
    let before = state.revision
    let reply = state.answer(
      APIRequest(
        method: "POST", segments: ["api", "v1", "namespaces", "default", "configmaps"], body: Array(body.utf8)))
    guard case .object(let code, _, _) = reply else { return #expect(Bool(false), "no status") }
    #expect((400..<500).contains(code))
    #expect(state.revision == before)
  }

  @Test("selectors read every operator")
  func selectors() throws {
    let labels: Value = ["app": "web", "tier": "front"]
    for (text, matches) in [
      ("app=web", true), ("app==web", true), ("app!=web", false), ("app in (web,db)", true), ("app notin (web)", false),
      ("app", true), ("!app", false), ("app,!other,tier in (front)", true), ("other", false), ("", true),
    ] {
      #expect(try LabelSelector(text).matches(labels) == matches, "\(text)")
    }
    #expect(throws: APIStatus.self) { try LabelSelector("a b c") }
  }
}
