import Diagnostics
import Documents
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import DockerEngine

@Suite("Engines that refuse, hang and break", .timeLimit(.minutes(1)))
struct FaultTests {
  /// An engine that follows a script on TCP.
  func engine(
    _ server: ScriptedServer, answer: Duration = .seconds(20)
  ) -> Engine {
    var timeouts = Engine.Timeouts()
    timeouts.greeting = answer
    timeouts.answer = answer
    timeouts.head = answer
    timeouts.work = answer
    timeouts.silence = answer
    return Engine(
      EngineEndpoint(.tcp(HostPort("127.0.0.1", server.port), tls: nil), origin: "the test"),
      apiVersion: APIVersion(1, 41), timeouts: timeouts)
  }

  static func error(_ body: () async throws -> Void) async -> EngineError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? EngineError
    }
  }

  @Test("a refusal has the engine's own message, status and the operation")
  func refusals() async throws {
    let server = try ScriptedServer { connection, _ in
      while let head = connection.readHead() {
        let path = head.split(separator: " ")[1]
        if path.contains("json1") {
          connection.respond("409 Conflict", body: "{\"message\":\"name is taken\"}")
        } else if path.contains("text") {
          connection.respond("500 Internal Server Error", body: "driver failed\nport is already allocated\n")
        } else if path.contains("empty") {
          connection.respond("500 Internal Server Error")
        } else {
          connection.respond("404 Not Found", body: "{\"message\":\"No such container: x\"}")
        }
      }
    }
    let engine = engine(server)
    let conflict = await Self.error { try await engine.startContainer("json1") }
    #expect(conflict?.description == "cannot start container json1: name is taken")
    #expect(conflict?.isConflict == true && conflict?.exitStatus == .cannotCreate)
    let text = await Self.error { try await engine.startContainer("text") }
    #expect(text?.message == "status 500: driver failed port is already allocated")
    #expect(text?.isPortTaken == true && text?.exitStatus == .cannotCreate)
    let empty = await Self.error { try await engine.startContainer("empty") }
    #expect(empty?.message.contains("500") == true)
    let missing = await Self.error { try await engine.startContainer("x") }
    #expect(missing?.isNotFound == true && missing?.exitStatus == .notFound)
    #expect(try await engine.inspectContainer("x") == nil)
    #expect(try await engine.getArchive("x", path: "/") == nil)
  }

  @Test("an engine that hangs is given up, in every class of requests")
  func hanging() async throws {
    let server = try ScriptedServer { connection, _ in
      if connection.readHead() != nil { connection.waitForClose() }
    }
    let engine = engine(server, answer: .milliseconds(100))
    let operations: [@Sendable () async throws -> Void] = [
      { try await engine.ping() },
      { _ = try await engine.inspectContainer("x") },
      { _ = try await engine.createContainer(name: "x", [:]) },
      { try await engine.startContainer("x") },
      { _ = try await engine.containerLogs("x", follow: true, tty: false) },
      { _ = try await engine.execute(in: "x", ["true"]) as ExecutionResult },
      { try await engine.putArchive("x", path: "/", tar: [1, 2, 3]) },
      { _ = try await engine.getArchive("x", path: "/") },
      { try await engine.pullImage("alpine").complete() },
      { _ = try await engine.saveImages(["x"]) },
      { _ = try await engine.waitForContainer("x", deadline: .after(.milliseconds(100))) },
    ]
    for operation in operations {
      let error = await Self.error(operation)
      #expect(error?.code == .timedOut)
      #expect(error?.exitStatus == .timedOut)
    }
  }

  @Test("a request that the engine did not begin with is sent again after the pause it asks for")
  func refusedForNow() async throws {
    let server = try ScriptedServer { connection, number in
      for count in 0... {
        guard connection.readHead() != nil else { return }
        if count == 0, number == 0 {
          connection.respond(
            "429 Too Many Requests", headers: "Retry-After: 0\r\n", body: "{\"message\":\"slow down\"}")
        } else {
          connection.respond("201 Created", body: "{\"Id\":\"abc\"}")
        }
      }
    }
    #expect(try await engine(server).createContainer(name: "n", [:]) == "abc")
    let always = try ScriptedServer { connection, _ in
      while connection.readHead() != nil {
        connection.respond("429 Too Many Requests", headers: "Retry-After: 0\r\n", body: "{\"message\":\"slow down\"}")
      }
    }
    let error = await Self.error { _ = try await engine(always).createContainer(name: "n", [:]) }
    #expect(error?.description == "cannot create container n: slow down")
  }

  @Test("a lost connection is made again for what may come twice, and only for that")
  func lost() async throws {
    let server = try ScriptedServer { connection, number in
      guard connection.readHead() != nil else { return }
      if number == 0 {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Id\":")
      } else {
        connection.respond(body: "{\"Id\":\"abc\"}")
      }
    }
    let container = try await engine(server).inspectContainer("x")
    #expect(container?["Id"] == "abc")
    #expect(server.connections == 2)
    let dropping = try ScriptedServer { connection, number in
      guard connection.readHead() != nil, number > 0 else { return }
      connection.respond("204 No Content")
    }
    try await engine(dropping).startContainer("x")
    #expect(dropping.connections == 2)
    let once = try ScriptedServer { connection, _ in _ = connection.readHead() }
    let error = await Self.error { _ = try await engine(once).createContainer(name: "n", [:]) }
    #expect(error?.code == .closedEarly)
    #expect(once.connections == 1)
  }

  @Test("a failing engine and an answer that was cut are asked again for what may come twice, and only for that")
  func failing() async throws {
    let requests = Mutex([String]())
    let server = try ScriptedServer { connection, _ in
      while let head = connection.readHead() {
        let line = head.split(separator: " ").prefix(2).joined(separator: " ")
        let count = requests.withLock { list in
          list.append(line)
          return list.count { $0 == line }
        }
        switch (line, count) {
        case (_, 1): connection.respond("500 Internal Server Error", body: "{\"message\":\"injected\"}")
        case ("DELETE /v1.41/containers/x", _): connection.respond("404 Not Found", body: "{\"message\":\"gone\"}")
        case (_, 2): connection.respond(body: "{\"Id\":")
        default: connection.respond(body: "{\"Id\":\"abc\"}")
        }
      }
    }
    let engine = engine(server)
    #expect(try await engine.inspectContainer("x")?["Id"] == "abc")
    // It may have been the first attempt that removed it.
    try await engine.removeContainer("x", force: true, volumes: true)
    let creation = await Self.error { _ = try await engine.createContainer(name: "n", [:]) }
    #expect(creation?.message == "injected")
    #expect(requests.withLock { $0.count { $0.contains("create") } } == 1)
  }

  @Test("an answer that begins and never ends is given up, and named")
  func endless() async throws {
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
      connection.waitForClose()
    }
    var timeouts = Engine.Timeouts()
    timeouts.body = .milliseconds(100)
    let engine = Engine(
      EngineEndpoint(.tcp(HostPort("127.0.0.1", server.port), tls: nil), origin: "the test"),
      apiVersion: APIVersion(1, 41), timeouts: timeouts)
    let error = await Self.error { _ = try await engine.listContainers() }
    #expect(error?.code == .timedOut && error?.operation == "list containers")
  }

  @Test("a command whose output is cut is followed to its end, and begun again only if it never began")
  func cutOutput() async throws {
    let starts = Mutex(0)
    let server = try ScriptedServer { connection, _ in
      while let head = connection.readHead() {
        if head.contains("/containers/x/exec") {
          connection.respond("201 Created", body: "{\"Id\":\"e\"}")
        } else if head.contains("/exec/e/json") {
          let count = starts.withLock { $0 }
          connection.respond(body: "{\"Running\":false,\"ExitCode\":\(count < 2 ? "null" : "0")}")
        } else {
          starts.withLock { $0 += 1 }
          // A frame of five bytes of which two come.
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
          connection.send([1, 0, 0, 0, 0, 0, 0, 5, 65, 66])
        }
      }
    }
    let result = try await engine(server).execute(in: "x", ["true"])
    #expect(result.exitCode == 0 && result.output == "ABAB" && !result.isComplete)
    #expect(starts.withLock { $0 } == 2)
  }

  @Test("an engine that falls silent in the middle of an archive is given up")
  func silent() async throws {
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
      connection.waitForClose()
    }
    let engine = engine(server, answer: .milliseconds(200))
    let archive = try #require(try await engine.getArchive("x", path: "/"))
    let error = await Self.error { for try await _ in archive {} }
    #expect(error?.code == .timedOut)
  }

  @Test("a connection dropped in the middle is an error of the operation")
  func dropped() async throws {
    let server = try ScriptedServer { connection, _ in
      guard let head = connection.readHead() else { return }
      if head.contains("/logs") {
        // A frame of five bytes of which two come; the stream itself ends properly.
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        connection.send([1, 0, 0, 0, 0, 0, 0, 5, 65, 66])
      } else if head.contains("/images/create") {
        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.send("15\r\n{\"status\":\"Pulling\"}\n\r\n")
      } else {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Id\":")
      }
    }
    let engine = engine(server)
    let create = await Self.error { _ = try await engine.createContainer(name: "n", [:]) }
    #expect(create?.code == .closedEarly)
    #expect(create?.operation == "create container n")
    let logs = await Self.error {
      for try await _ in try await engine.containerLogs("x", follow: true, tty: false) {}
    }
    #expect(logs?.code == .closedEarly)
    let pull = await Self.error { try await engine.pullImage("alpine").complete() }
    #expect(pull?.code == .closedEarly)
  }

  @Test("answers that are not what the API says are errors")
  func malformedAnswers() async throws {
    let server = try ScriptedServer { connection, _ in
      while let head = connection.readHead() {
        if head.contains("/containers/create") {
          connection.respond("201 Created", body: "{}")
        } else if head.contains("/containers/json") {
          connection.respond(body: "{\"a\":1}")
        } else if head.contains("_ping") {
          connection.respond(body: "OK")
        } else {
          connection.respond(body: "{\"Id\":\"abc\",")
        }
      }
    }
    let engine = engine(server)
    for operation: @Sendable () async throws -> Void in [
      { _ = try await engine.inspectContainer("x") },
      { _ = try await engine.createContainer(name: "x", [:]) },
      { _ = try await engine.listContainers() },
      { _ = try await Engine.connect(engine.endpoint) },
    ] {
      #expect(await Self.error(operation)?.code == .badAnswer)
    }
  }

  @Test("a busy engine is asked again, within bounds")
  func busy() async throws {
    let requests = Mutex([String]())
    let server = try ScriptedServer { connection, _ in
      while let head = connection.readHead() {
        let line = String(head.prefix { $0 != "\r\n" })
        let count = requests.withLock { list in
          list.append(line)
          return list.filter { $0 == line }.count
        }
        if line.contains("recovers") && count == 3 {
          connection.respond(body: "{}")
        } else {
          connection.respond("429 Too Many Requests", headers: "Retry-After: 0\r\n", body: "{\"message\":\"busy\"}")
        }
      }
    }
    let engine = engine(server)
    #expect(try await engine.inspectContainer("recovers") == [:])
    let given = await Self.error { _ = try await engine.inspectContainer("never") }
    #expect(given?.status == 429 && given?.message == "busy")
    _ = await Self.error { try await engine.startContainer("post") }
    let counts = requests.withLock { list in
      ["recovers", "never", "post"].map { word in list.filter { $0.contains(word) }.count }
    }
    #expect(counts == [3, 3, 3])
  }

  @Test("a question whose connection was lost is asked again; a change is not")
  func lostConnection() async throws {
    let requests = Mutex([String]())
    let server = try ScriptedServer { connection, _ in
      guard let head = connection.readHead() else { return }
      let isFirst = requests.withLock { list in
        list.append(String(head.prefix { $0 != "\r\n" }))
        return list.filter { $0 == list.last }.count == 1
      }
      if !isFirst { connection.respond(headers: "Connection: close\r\n", body: "{}") }
    }
    let engine = engine(server)
    #expect(try await engine.inspectContainer("x") == [:])
    let change = await Self.error { _ = try await engine.createContainer(name: "x", [:]) }
    #expect(change?.code == .closedEarly)
    #expect(requests.withLock { $0.filter { $0.hasPrefix("POST") }.count } == 1)
  }

  @Test("no engine at the endpoint is said with a remedy")
  func unreachable() async throws {
    let socket = await Self.error {
      _ = try await Engine.connect(EngineEndpoint(.unix("/nonexistent/docker.sock"), origin: "DOCKER_HOST"))
    }
    #expect(socket?.code == .unreachable && socket?.remedy?.contains("DOCKER_HOST") == true)
    #expect(socket?.exitStatus == .unavailable)
    let port = await Self.error {
      _ = try await Engine.connect(EngineEndpoint(.tcp(HostPort("127.0.0.1", 1), tls: nil), origin: "--docker-host"))
    }
    #expect(port?.code == .unreachable && port?.message.contains("refused") == true)
    let endpoint = EngineEndpoint(.unix("/var/run/docker.sock"))
    let forbidden = EngineError(
      HTTPError(.cannotConnect, "x", request: "y", systemError: 13), operation: "z", endpoint: endpoint)
    #expect(forbidden.code == .permissionDenied && forbidden.exitStatus == .permissionDenied)
    #expect(forbidden.remedy?.contains("usermod") == true)
  }

  @Test("cancelling any operation throws CancellationError")
  func cancelled() async throws {
    let (began, beginning) = AsyncStream<Void>.makeStream()
    let server = try ScriptedServer { connection, _ in
      guard connection.readHead() != nil else { return }
      beginning.yield()
      connection.waitForClose()
    }
    let engine = engine(server)
    let task = Task { try await engine.startContainer("x") }
    var notices = began.makeAsyncIterator()
    await notices.next()
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("the failure of an archive's source is the cause")
  func failingSource() async throws {
    struct Broken: ExplainedError {
      let description = "the disk is on fire"
      var remedy: String? { "put it out" }
    }
    let server = try ScriptedServer { connection, _ in
      if connection.readHead() != nil { connection.waitForClose() }
    }
    let engine = engine(server)
    let source = AsyncThrowingStream<[UInt8], any Error> { $0.finish(throwing: Broken()) }
    let error = await Self.error { try await engine.putArchive("x", path: "/", tar: ByteStream(source)) }
    #expect(error?.message == "the disk is on fire")
    #expect(error?.remedy == "put it out")
  }

  @Test("a full disk has a remedy")
  func diskFull() {
    let error = EngineError(.refused, operation: "load images", "write /x: no space left on device", status: 500)
    #expect(error.isDiskFull && error.remedy != nil && error.exitStatus == .cannotCreate)
  }
}
