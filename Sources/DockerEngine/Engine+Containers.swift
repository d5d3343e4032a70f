public import Diagnostics
public import Documents
import HTTP
import Logging

extension Engine {
  /// Makes a container (`POST /containers/create`).
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - body: The API's configuration: `Image`, `Cmd`, `Labels`, `HostConfig`, `NetworkingConfig`, ….
  ///   - platform: The platform of the image, as `linux/arm64`, if it must be a certain one.
  /// - Returns: Its id.
  /// - Throws: ``EngineError``: 404 when the image is not there, 409 when the name is taken.
  public func createContainer(name: String, _ body: Value, platform: String? = nil) async throws -> String {
    var query = [(name: "name", value: name)]
    if let platform { query.append(("platform", platform)) }
    let operation = "create container \(name)"
    let answer = try await value(
      Call(method: .post, path: "/containers/create", query: query, timing: .work(), operation: operation).json(body))
    for warning in answer["Warnings"].elements { logger.debug("\(operation): \(warning.stringValue ?? "")") }
    return try identifier(in: answer, operation: operation)
  }

  /// Starts a container; one that runs already is left as it is.
  public func startContainer(_ container: String) async throws {
    var call = containerCall(.post, container, "/start", timing: .work(), verb: "start")
    call.isHarmlessTwice = true
    try await perform(call)
  }

  /// Asks a container's process to end, and ends it by force when it does not in time.
  ///
  /// - Parameters:
  ///   - container: Name or id; one that does not run is left as it is.
  ///   - timeout: How long the process may take, in whole seconds; the engine's own default if nil.
  /// - Throws: ``EngineError``.
  public func stopContainer(_ container: String, timeout: Duration? = nil) async throws {
    let seconds = timeout.map { max(0, $0.components.seconds) }
    let query = seconds.map { [(name: "t", value: String($0))] } ?? []
    try await perform(
      containerCall(.post, container, "/stop", query, timing: .work(adding: timeout ?? .seconds(10)), verb: "stop"))
  }

  /// Lets a paused container go on (`POST /containers/{id}/unpause`).
  public func unpauseContainer(_ container: String) async throws {
    try await perform(containerCall(.post, container, "/unpause", timing: .work(), verb: "unpause"))
  }

  /// Sends a signal to a container's process.
  ///
  /// - Parameters:
  ///   - container: Name or id.
  ///   - signal: A name such as `SIGTERM`, or a number.
  /// - Throws: ``EngineError``.
  public func killContainer(_ container: String, signal: String = "SIGKILL") async throws {
    try await perform(
      containerCall(.post, container, "/kill", [("signal", signal)], timing: .work(), verb: "send \(signal) to"))
  }

  /// Everything about a container; nil when there is none.
  public func inspectContainer(_ container: String) async throws -> Value? {
    try await valueIfFound(containerCall(.get, container, "/json", verb: "inspect"))
  }

  /// Lists containers.
  ///
  /// - Parameters:
  ///   - labels: Only those with all of these labels, each as `key` or `key=value`.
  ///   - all: Also those that do not run.
  ///   - filters: More of the API's filters, such as `["name": ["^/x$"]]`.
  /// - Returns: The containers as the API lists them.
  /// - Throws: ``EngineError``.
  public func listContainers(
    labels: [String] = [], all: Bool = true, filters: [String: [String]] = [:]
  ) async throws -> [Value] {
    var filters = filters
    if !labels.isEmpty { filters["label", default: []] += labels }
    let query = [(name: "all", value: all ? "1" : "0"), Self.filters(filters)]
    let call = Call(path: "/containers/json", query: query, operation: "list containers")
    return try list(try await value(call), operation: call.operation)
  }

  /// Removes a container.
  ///
  /// - Parameters:
  ///   - container: Name or id.
  ///   - force: Kill it if it runs.
  ///   - volumes: Remove its anonymous volumes too.
  /// - Throws: ``EngineError``: 404 when there is none, 409 when it is being removed already.
  public func removeContainer(_ container: String, force: Bool, volumes: Bool) async throws {
    let query = [(name: "force", value: force ? "1" : "0"), (name: "v", value: volumes ? "1" : "0")]
    try await perform(containerCall(.delete, container, "", query, timing: .work(), verb: "remove"))
  }

  /// Waits for a container to come to a state.
  ///
  /// - Parameters:
  ///   - container: Name or id.
  ///   - condition: `not-running`, `next-exit` or `removed`.
  ///   - deadline: When to give up.
  /// - Returns: The exit code of its process.
  /// - Throws: ``EngineError``.
  public func waitForContainer(
    _ container: String, condition: String = "not-running", deadline: Deadline
  ) async throws -> Int {
    var call = containerCall(
      .post, container, "/wait", [("condition", condition)], timing: .unlimited, verb: "wait for")
    call.deadline = deadline
    let answer: Value
    do {
      answer = try await value(call)
    } catch let error as EngineError where error.code == .timedOut && deadline.hasPassed {
      throw EngineError(.timedOut, operation: call.operation, "it did not come to the state \(condition) in time")
    }
    if let message = answer["Error"]["Message"].stringValue, !message.isEmpty {
      throw EngineError(.refused, operation: call.operation, message)
    }
    guard let code = answer["StatusCode"].intValue else {
      throw EngineError(.badAnswer, operation: call.operation, "the answer has no StatusCode")
    }
    return code
  }

  func containerCall(
    _ method: Request.Method, _ container: String, _ path: String, _ query: [(name: String, value: String)] = [],
    timing: Timing = .answer, verb: String
  ) -> Call {
    Call(
      method: method, path: "/containers/\(PercentEncoding.segment(container))\(path)", query: query, timing: timing,
      operation: "\(verb) container \(container)")
  }

  func identifier(in answer: Value, operation: String) throws -> String {
    guard let id = answer["Id"].stringValue, !id.isEmpty else {
      throw EngineError(.badAnswer, operation: operation, "the engine's answer has no Id")
    }
    return id
  }

  func list(_ answer: Value, operation: String) throws -> [Value] {
    if answer.isNull { return [] }
    guard let elements = answer.arrayValue else {
      throw EngineError(.badAnswer, operation: operation, "the engine's answer is not a list")
    }
    return elements
  }
}
