import Diagnostics
import Documents
import HTTP
import Synchronization
import Testing

@testable import Kubernetes

@Suite("The client with a scripted API server", .timeLimit(.minutes(1)))
struct ClientTests {
  let soon = Deadline.after(.seconds(20))

  private func client(_ script: APIScript, _ change: (inout KubernetesClient.Options) -> Void = { _ in })
    -> KubernetesClient
  {
    var options = KubernetesClient.Options()
    change(&options)
    return KubernetesClient(ClusterAccess(server: script.url, token: Secret("s3cret")), options: options)
  }

  private static let deployment: Value = [
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "d", "namespace": "n"],
  ]

  @Test("apply sends the object, its manager and strict validation to the object's own path")
  func apply() async throws {
    let script = try APIScript(.respond(200, "{}"), .respond(200, "{}"))
    let client = client(script)
    try await client.apply(Self.deployment, fieldManager: "me", force: false)
    try await client.apply(
      Self.deployment, subresource: "status", options: WriteOptions(dryRun: true, strict: false, metadataOnly: true))
    let requests = script.requests
    #expect(requests[0].method == "PATCH")
    #expect(
      requests[0].target
        == "/apis/apps/v1/namespaces/n/deployments/d?fieldManager=me&force=false&fieldValidation=Strict")
    #expect(requests[0].head.contains("Content-Type: application/apply-patch+yaml\r\n"))
    #expect(requests[0].head.contains("Authorization: Bearer s3cret\r\n"))
    #expect(try JSON.parse(requests[0].body) == Self.deployment)
    #expect(requests[1].target.hasPrefix("/apis/apps/v1/namespaces/n/deployments/d/status?"))
    #expect(requests[1].target.hasSuffix("&force=true&fieldValidation=Warn&dryRun=All"))
    #expect(requests[1].head.contains("as=PartialObjectMetadata"))
  }

  @Test("each kind of change has its method, path and content type")
  func changes() async throws {
    let script = try APIScript(
      .respond(201, "{}"), .respond(200, "{}"), .respond(200, "{}"), .respond(200, "{}"), .respond(200, "{}"),
      .respond(200, "{}"))
    let client = client(script)
    let reference = ObjectReference(.nodes, "a b", namespace: "ignored")
    try await client.create(["apiVersion": "v1", "kind": "Pod", "metadata": ["generateName": "p-"]])
    try await client.patch(reference, .json(JSONPatch([.remove(["a"])])))
    try await client.patch(reference, .merge(["a": nil]))
    try await client.patch(reference, .strategic([:]), subresource: "status")
    try await client.replace(Self.deployment)
    try await client.delete(reference, propagation: .foreground, gracePeriod: .seconds(3), uid: "u")
    let requests = script.requests
    #expect(requests.map(\.method) == ["POST", "PATCH", "PATCH", "PATCH", "PUT", "DELETE"])
    #expect(requests[0].target.hasPrefix("/api/v1/namespaces/default/pods?fieldManager=idpbuilder&"))
    #expect(requests[1].target.hasPrefix("/api/v1/nodes/a%20b?"))
    #expect(requests[1].head.contains("Content-Type: application/json-patch+json\r\n"))
    #expect(requests[1].body == #"[{"op":"remove","path":"/a"}]"#)
    #expect(requests[2].head.contains("Content-Type: application/merge-patch+json\r\n"))
    #expect(requests[2].body == #"{"a":null}"#)
    #expect(requests[3].target.hasPrefix("/api/v1/nodes/a%20b/status?"))
    #expect(requests[3].head.contains("Content-Type: application/strategic-merge-patch+json\r\n"))
    let options = try JSON.parse(requests[5].body)
    #expect(options["propagationPolicy"] == "Foreground")
    #expect(options["gracePeriodSeconds"] == 3)
    #expect(options["preconditions"] == ["uid": "u"])
  }

  @Test("a refusal keeps the server's reason, message and causes")
  func refusal() async throws {
    let status = """
      {"kind":"Status","status":"Failure","message":"Deployment \\"d\\" is invalid","reason":"Invalid","code":422,
       "details":{"name":"d","causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.x"}]}}
      """
    let script = try APIScript(.respond(422, status), .respond(501, "<html>"), .respond(404, "{}"))
    let client = client(script)
    let error = await #expect(throws: APIStatusError.self) { try await client.apply(Self.deployment) }
    #expect(error?.reason == "Invalid")
    #expect(error?.subject == "d")
    #expect(error?.causes == [.init(field: "spec.x", message: "Required value", reason: "FieldValueRequired")])
    #expect(
      error?.description == #"apply deployment.apps/d in namespace n: Deployment "d" is invalid"#)
    #expect(error?.exitStatus == .badInput)
    let other = await #expect(throws: APIStatusError.self) { try await client.apply(Self.deployment) }
    #expect(other?.message == "<html>")
    #expect(try await client.get(.pods, "x", namespace: "n") == nil)
  }

  @Test("a server that asks to be tried again is, but not for ever")
  func retries() async throws {
    let busy = APIScript.Answer.respond(429, "{}", headers: ["Retry-After: 0"])
    let script = try APIScript(
      busy, .respond(503, "{}", headers: ["Retry-After: 0"]), .respond(200, #"{"gitVersion":"v1.2.3"}"#), busy, busy,
      busy, .respond(503, "no"), .respond(502, "no"), .respond(504, "no"), .respond(503, "no"))
    let client = client(script) { $0.retryLimit = 2 }
    #expect(try await client.serverVersion() == "v1.2.3")
    let error = await #expect(throws: APIStatusError.self) { try await client.serverVersion() }
    #expect(error?.code == 429)
    #expect(script.requests.count == 6)
    let final = await #expect(throws: APIStatusError.self) { try await client.serverVersion() }
    #expect(final?.isTransient == true)
    #expect(script.requests.count == 10)
  }

  @Test("a pause that would pass the deadline is not begun")
  func retryBeyondDeadline() async throws {
    let script = try APIScript(.respond(429, "{}", headers: ["Retry-After: 100"]))
    let client = client(script) { $0.longestRetryPause = .seconds(100) }
    let error = await #expect(throws: APIStatusError.self) {
      try await client.serverVersion(deadline: .after(.seconds(5)))
    }
    #expect(error?.retryAfter == .seconds(100))
  }

  @Test("warnings are handed on once each")
  func warnings() async throws {
    let fields = [#"Warning: 299 - "old \"x\"""#, #"Warning: 299 - "new""#]
    let script = try APIScript(.respond(200, "{}", headers: fields), .respond(200, "{}", headers: fields))
    final class Sink: Sendable {
      let texts = Mutex<[String]>([])
    }
    let sink = Sink()
    let client = client(script) { $0.onWarning = { text in sink.texts.withLock { $0.append(text) } } }
    _ = try await client.rawGet("/a")
    _ = try await client.rawGet("/b")
    #expect(sink.texts.withLock { $0 } == [#"old "x""#, "new"])
  }

  @Test("a kind is looked up once, and a CRD's kind not at all once it is learnt")
  func discovery() async throws {
    let list = """
      {"resources":[{"name":"things","kind":"Thing","namespaced":true},{"name":"things/status","kind":"Thing"},
      {"name":"clusterthings","kind":"ClusterThing","namespaced":false}]}
      """
    let script = try APIScript(.respond(200, list), .respond(404, "{}"))
    let client = client(script)
    let thing = try await client.resourceType(apiVersion: "x.io/v1", kind: "Thing")
    #expect(thing == ResourceType(group: "x.io", version: "v1", plural: "things", kind: "Thing"))
    #expect(try await client.resourceType(apiVersion: "x.io/v1", kind: "ClusterThing").isNamespaced == false)
    await #expect(throws: UnknownKindError(apiVersion: "y.io/v1", kind: "Other")) {
      try await client.resourceType(apiVersion: "y.io/v1", kind: "Other")
    }
    client.learn(customResourceDefinition: [
      "spec": [
        "group": "y.io", "scope": "Cluster", "names": ["plural": "others", "kind": "Other"],
        "versions": [["name": "v1", "served": true], ["name": "v0", "served": false]],
      ]
    ])
    let other = try await client.resourceType(apiVersion: "y.io/v1", kind: "Other")
    #expect(other.path(namespace: nil) == "/apis/y.io/v1/others")
    #expect(script.requests.map(\.target) == ["/apis/x.io/v1", "/apis/y.io/v1"])
  }

  @Test("lists are read page by page, and again at once when the pages expire")
  func pages() async throws {
    let script = try APIScript(
      .respond(200, #"{"metadata":{"resourceVersion":"5","continue":"c/1"},"items":[{"metadata":{"name":"a"}}]}"#),
      .respond(410, #"{"reason":"Expired","code":410}"#),
      .respond(200, #"{"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"b"}}]}"#))
    let list = try await client(script).list(.pods, namespace: "n", labels: "a=b", pageSize: 1)
    #expect(list.items == [["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "b"]]])
    #expect(list.resourceVersion == "7")
    #expect(
      script.requests.map(\.plainTarget) == [
        "/api/v1/namespaces/n/pods?labelSelector=a=b&limit=1",
        "/api/v1/namespaces/n/pods?labelSelector=a=b&limit=1&continue=c%2F1",
        "/api/v1/namespaces/n/pods?labelSelector=a=b",
      ])
  }

  @Test("an object without kind, version or name is refused before anything is sent")
  func noObject() async throws {
    let script = try APIScript()
    let client = client(script)
    for object in [[:], ["kind": "Pod"], ["kind": "Pod", "apiVersion": "v1"], "text"] as [Value] {
      await #expect(throws: DocumentError.self) { try await client.apply(object) }
    }
    #expect(script.requests.isEmpty)
  }
}
