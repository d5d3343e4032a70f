import Diagnostics
import Documents
import Glibc
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

@Suite("Watches with a scripted API server", .timeLimit(.minutes(1)))
struct WatchTests {
  let soon = Deadline.after(.seconds(20))

  private func client(_ script: APIScript) -> KubernetesClient {
    KubernetesClient(ClusterAccess(server: script.url))
  }

  private func event(_ type: String, _ name: String, version: Int, _ extra: String = "") -> String {
    #"{"type":"\#(type)","object":{"metadata":{"name":"\#(name)","resourceVersion":"\#(version)"}\#(extra)}}"# + "\n"
  }

  private func list(version: Int, _ names: String...) -> APIScript.Answer {
    let items = names.map { #"{"metadata":{"name":"\#($0)"}}"# }.joined(separator: ",")
    return .respond(200, #"{"metadata":{"resourceVersion":"\#(version)"},"items":[\#(items)]}"#)
  }

  /// The next events in words: `added a`.
  private func read(_ count: Int, of events: WatchEvents) async throws -> [String] {
    var seen: [String] = []
    for try await event in events {
      func name(_ object: Value) -> String { object["metadata"]["name"].stringValue ?? "" }
      switch event {
      case .snapshot(let all): seen.append("all " + all.map(name).joined(separator: " "))
      case .added(let object): seen.append("added \(name(object))")
      case .modified(let object): seen.append("modified \(name(object))")
      case .deleted(let object): seen.append("deleted \(name(object))")
      }
      if seen.count == count { break }
    }
    return seen
  }

  /// The version that each watch started from, `list` for lists.
  private func versions(_ script: APIScript) -> [String] {
    script.requests.map { request in
      guard let field = request.target.firstRange(of: "resourceVersion=") else { return "list" }
      return String(request.target[field.upperBound...].prefix { $0 != "&" })
    }
  }

  @Test("events go on from the latest version, bookmarks included, when connections end or break")
  func resumes() async throws {
    let cut = String(event("ADDED", "lost", version: 9).dropLast(10))
    let script = try APIScript(
      list(version: 5, "a"), .stream([event("MODIFIED", "a", version: 6), event("BOOKMARK", "", version: 8)]),
      .stream([cut]), .hangUp, .respond(503, "{}"), .hold([event("DELETED", "a", version: 10)]))
    let seen = try await read(3, of: client(script).watch(.pods, namespace: "n", deadline: soon))
    #expect(seen == ["all a", "modified a", "deleted a"])
    #expect(versions(script) == ["list", "5", "8", "8", "8", "8"])
    #expect(script.requests[1].target.contains("allowWatchBookmarks=true"))
  }

  @Test("a version that the server has forgotten leads to a new list, told by status or by event")
  func expired() async throws {
    let gone = #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"# + "\n"
    let script = try APIScript(
      .respond(410, #"{"code":410,"reason":"Gone"}"#), list(version: 20, "b"), .stream([gone]),
      list(version: 30, "c"), .hold([event("ADDED", "d", version: 31)]))
    let seen = try await read(3, of: client(script).watch(.pods, resourceVersion: "1", deadline: soon))
    #expect(seen == ["all b", "all c", "added d"])
    #expect(versions(script) == ["1", "list", "20", "list", "30"])
  }

  @Test("a watch that brings bytes without end and never an event is made again, and so is one that the server failed")
  func fruitless() async throws {
    let server = try ScriptedServer { connection, number in
      guard let head = connection.readHead() else { return }
      if !head.contains("watch=true") {
        connection.respond(headers: "Connection: close\r\n", body: #"{"metadata":{"resourceVersion":"5"},"items":[]}"#)
      } else if number == 1 {
        connection.send("HTTP/1.1 200 OK\r\n\r\n")
        // Until the client hangs up.
        while connection.send(" ") { usleep(10_000) }
      } else if number == 2 {
        connection.respond("500 Internal Server Error", headers: "Connection: close\r\n", body: "{}")
      } else {
        connection.send("HTTP/1.1 200 OK\r\n\r\n")
        connection.send(event("ADDED", "a", version: 6))
        connection.waitForClose()
      }
    }
    var options = KubernetesClient.Options()
    options.bodyTimeout = .milliseconds(100)
    let client = KubernetesClient(ClusterAccess(server: server.url), options: options)
    #expect(try await read(2, of: client.watch(.pods, deadline: soon)) == ["all ", "added a"])
  }

  @Test("what will not pass by itself ends the watch", arguments: [400, 401, 403, 404, 422])
  func refused(code: Int) async throws {
    let script = try APIScript(list(version: 5), .respond(code, #"{"message":"no","code":\#(code)}"#))
    let error = await #expect(throws: APIStatusError.self) {
      _ = try await self.read(2, of: self.client(script).watch(.pods, deadline: self.soon))
    }
    #expect(error?.code == code)
    #expect(error?.description == "watch pods: no")
  }

  @Test("an event that is not JSON ends the watch with an error that says so")
  func garbage() async throws {
    let script = try APIScript(list(version: 5), .stream(["garbage\n"]))
    let error = await #expect(throws: ProtocolError.self) {
      _ = try await self.read(2, of: self.client(script).watch(.pods, deadline: self.soon))
    }
    #expect(error?.message.hasPrefix("an event is not JSON") == true)
  }

  @Test("a wait ends with the event that fulfils it, and tells what was missing until then")
  func wait() async throws {
    func status(_ ready: String) -> String {
      #","status":{"conditions":[{"type":"Ready","status":"\#(ready)","message":"cni"}]}"#
    }
    let script = try APIScript(
      list(version: 5),
      .hold([
        event("ADDED", "n", version: 6), event("MODIFIED", "n", version: 7, status("False")),
        event("MODIFIED", "n", version: 8, status("False")), event("MODIFIED", "n", version: 9, status("True")),
      ]))
    final class Reports: Sendable {
      let texts = Mutex<[String]>([])
    }
    let reports = Reports()
    let node = try await client(script).waitFor(ObjectReference(.nodes, "n"), until: .nodeReady, deadline: soon) {
      text in
      reports.texts.withLock { $0.append(text) }
    }
    #expect(node?["metadata"]["resourceVersion"] == "9")
    #expect(reports.texts.withLock { $0 } == ["does not exist yet", "Ready not known yet", "cni"])
    #expect(script.requests[0].plainTarget.hasPrefix("/api/v1/nodes?fieldSelector=metadata.name=n&"))
  }

  @Test("a deadline that passes in the middle of a wait is told with what was missing")
  func deadline() async throws {
    let script = try APIScript(list(version: 5, "n"), .hold([]))
    let error = await #expect(throws: DeadlineExceeded.self) {
      try await self.client(script).waitFor(
        ObjectReference(.pods, "n", namespace: "x"), until: .gone, deadline: .after(.milliseconds(200)))
    }
    #expect(error?.description == "timed out waiting for pod/n in namespace x: still there")
  }

  @Test("a condition that cannot be fulfilled any more ends the wait at once")
  func hopeless() async throws {
    let failed = #","status":{"conditions":[{"type":"Failed","status":"True","message":"backoff limit"}]}"#
    let script = try APIScript(list(version: 5), .hold([event("ADDED", "j", version: 6, failed)]))
    await #expect(throws: WorkloadError("backoff limit")) {
      try await self.client(script).waitFor(
        ObjectReference(.jobs, "j", namespace: "x"), until: .jobComplete, deadline: self.soon)
    }
  }

  @Test("cancelling ends a wait at once")
  func cancelled() async throws {
    let script = try APIScript(list(version: 5), .hold([]))
    let client = client(script)
    let (reported, report) = AsyncStream.makeStream(of: String.self)
    let task = Task {
      try await client.waitFor(ObjectReference(.nodes, "n"), until: .exists, deadline: .never) { report.yield($0) }
    }
    for await _ in reported { break }
    task.cancel()
    let result = await task.result
    #expect(throws: CancellationError.self) { try result.get() }
  }
}
