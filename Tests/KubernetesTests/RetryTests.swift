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
