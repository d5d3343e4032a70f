import Documents
import Testing

@testable import ClusterAPI

@Suite("Server-side apply")
struct ApplyTests {
  private func cluster() throws -> ClusterState {
    var state = ClusterState()
    state.store(.namespaces, "", "default") { _ in }
    return state
  }

  private func apply(_ state: inout ClusterState, _ manager: String, _ data: Value, force: Bool = false) -> APIReply {
    let body: Value = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "c"], "data": data]
    return state.answer(
      APIRequest(
        method: "PATCH", segments: ["api", "v1", "namespaces", "default", "configmaps", "c"],
        query: ["fieldManager": manager, "force": "\(force)"], contentType: "application/apply-patch+yaml",
        body: JSON.serialize(body)))
  }

  private func code(_ reply: APIReply) -> Int {
    if case .object(let code, _, _) = reply { return code }
    return 0
  }

  private func value(_ reply: APIReply) -> Value {
    if case .object(_, let value, _) = reply { return value }
    return .null
  }

  @Test("a field that another manager owns with another value is a conflict unless forced")
  func conflict() throws {
    var state = try cluster()
    #expect(code(apply(&state, "one", ["a": "1"])) == 201)
    let refused = apply(&state, "two", ["a": "2"])
    #expect(code(refused) == 409)
    #expect(value(refused)["details"]["causes"][0]["field"] == ".data.a")
    #expect(value(apply(&state, "two", ["a": "2"], force: true))["data"]["a"] == "2")
  }

  @Test("a field that its only manager no longer applies is removed")
  func removal() throws {
    var state = try cluster()
    _ = apply(&state, "one", ["a": "1", "b": "2"])
    _ = apply(&state, "two", ["b": "2"])
    let result = value(apply(&state, "one", ["c": "3"]))
    #expect(result["data"] == ["b": "2", "c": "3"])
  }

  @Test("applying the same again changes nothing, not even the version")
  func unchanged() throws {
    var state = try cluster()
    let first = value(apply(&state, "one", ["a": "1"]))
    let second = value(apply(&state, "one", ["a": "1"]))
    #expect(first["metadata"]["resourceVersion"] == second["metadata"]["resourceVersion"])
  }
}
