import Diagnostics
import Documents
import HTTP
import Testing

@testable import Kubernetes

@Suite("Repeated attempts with a scripted API server", .timeLimit(.minutes(1)))
struct RetryTests {
  let objects = ["a", "b"].map { name -> Value in
    ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
  }

  @Test("objects are applied again when a webhook is not up yet or the connection is lost")
  func transient() async throws {
    let webhook = #"{"code":500,"message":"failed calling webhook \"x\": connect: connection refused"}"#
    let script = try APIScript(.respond(500, webhook), .hangUp, .respond(200, "{}"), .respond(200, "{}"))
    let client = KubernetesClient(ClusterAccess(server: script.url))
    try await client.applyAll(objects, width: 1, deadline: .after(.seconds(20)))
    let names = script.requests.map { $0.target.prefix { $0 != "?" } }
    #expect(names.filter { $0 == "/api/v1/namespaces/a" }.count == 3)
    #expect(names.filter { $0 == "/api/v1/namespaces/b" }.count == 1)
  }

  @Test("a request whose connection is lost is sent again, unless it creates something")
  func lost() async throws {
    let script = try APIScript(.hangUp, .respond(200, #"{"kind":"Secret"}"#), .hangUp, .respond(200, "{}"))
    let client = KubernetesClient(ClusterAccess(server: script.url))
    #expect(try await client.get(.secrets, "s", namespace: "n")?["kind"] == "Secret")
    try await client.patch(ObjectReference(.secrets, "s", namespace: "n"), .merge(["a": 1]))
    #expect(script.requests.map(\.method) == ["GET", "GET", "PATCH", "PATCH"])
    let creation = try APIScript(.hangUp, .respond(201, "{}"))
    await #expect(throws: HTTPError.self) {
      try await KubernetesClient(ClusterAccess(server: creation.url)).create(self.objects[0])
    }
    #expect(creation.requests.count == 1)
    let lost = try APIScript(.hangUp, .hangUp, .hangUp, .hangUp, .respond(200, "{}"))
    await #expect(throws: HTTPError.self) {
      try await KubernetesClient(ClusterAccess(server: lost.url)).get(.secrets, "s", namespace: "n")
    }
    #expect(lost.requests.count == 4)
  }

  @Test("a failed server and an answer that was cut are asked again, unless something is created")
  func failed() async throws {
    let script = try APIScript(
      .respond(500, "{}"), .respond(200, #"{"kind":"Sec"#), .respond(200, #"{"kind":"Secret"}"#), .respond(502, "{}"),
      .respond(200, "{}"))
    let client = KubernetesClient(ClusterAccess(server: script.url))
    #expect(try await client.get(.secrets, "s", namespace: "n")?["kind"] == "Secret")
    #expect(try await client.delete(ObjectReference(.secrets, "s", namespace: "n")))
    #expect(script.requests.count == 5)
    for answer in [APIScript.Answer.respond(500, "{}"), .respond(201, "{"), .respond(409, #"{"reason":"Conflict"}"#)] {
      let creation = try APIScript(answer, .respond(201, "{}"))
      await #expect(throws: (any Error).self) {
        try await KubernetesClient(ClusterAccess(server: creation.url)).create(self.objects[0])
      }
      #expect(creation.requests.count == 1)
    }
    // The health of a server is an answer whatever it is.
    let ill = try APIScript(.respond(500, "etcd is down"), .respond(200, "ok"))
    let error = await #expect(throws: APIStatusError.self) {
      try await KubernetesClient(ClusterAccess(server: ill.url)).rawGet("/readyz")
    }
    #expect(error?.message == "etcd is down")
  }

  @Test("a change that met another one is made again, unless it was meant for one version or a field has an owner")
  func conflicts() async throws {
    let met = APIScript.Answer.respond(409, #"{"code":409,"reason":"Conflict","message":"modified"}"#)
    let script = try APIScript(met, met, .respond(200, "{}"), met, .respond(200, "{}"))
    let client = KubernetesClient(ClusterAccess(server: script.url))
    try await client.apply(objects[0])
    try await client.patch(ObjectReference(.secrets, "s", namespace: "n"), .merge(["a": 1]))
    #expect(script.requests.count == 5)
    let owned =
      #"{"code":409,"reason":"Conflict","details":{"causes":[{"reason":"FieldManagerConflict","field":".a"}]}}"#
    let refusing = try APIScript(.respond(409, owned), met, met)
    let other = KubernetesClient(ClusterAccess(server: refusing.url))
    await #expect(throws: APIStatusError.self) { try await other.apply(self.objects[0], force: false) }
    await #expect(throws: APIStatusError.self) {
      try await other.patch(
        ObjectReference(.secrets, "s", namespace: "n"), .merge(["metadata": ["resourceVersion": "1"]]))
    }
    await #expect(throws: APIStatusError.self) { try await other.replace(self.objects[0]) }
    #expect(refusing.requests.count == 3)
  }

  @Test("an answer that begins and never ends is given up")
  func endless() async throws {
    let script = try APIScript(.hold([#"{"kind":"#]))
    var options = KubernetesClient.Options()
    options.bodyTimeout = .milliseconds(100)
    let client = KubernetesClient(ClusterAccess(server: script.url), options: options)
    let error = await #expect(throws: HTTPError.self) { try await client.get(.secrets, "s", namespace: "n") }
    #expect(error?.code == .timedOut && error?.description.contains("/secrets/s: timed out") == true)
  }

  @Test("a refusal that will not pass ends the work at once, one that will at the deadline")
  func lasting() async throws {
    let script = try APIScript(.respond(403, #"{"code":403,"message":"no"}"#))
    let client = KubernetesClient(ClusterAccess(server: script.url))
    let error = await #expect(throws: APIStatusError.self) {
      try await client.applyAll(self.objects, width: 1, deadline: .after(.seconds(20)))
    }
    #expect(error?.code == 403)
    #expect(script.requests.count == 1)
    let late = await #expect(throws: APIStatusError.self) {
      try await client.retryingTransientFailures(until: .after(.milliseconds(60)), awaiting: "x") {
        throw APIStatusError(operation: "x", code: 503, reason: "", message: "busy")
      }
    }
    #expect(late?.code == 503)
  }
}
