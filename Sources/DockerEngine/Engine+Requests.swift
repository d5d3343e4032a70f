import Diagnostics
import Documents
import HTTP
import Synchronization

extension Engine {
  /// How a request is timed.
  enum Timing {
    /// The whole exchange within ``Timeouts/greeting``.
    case greeting
    /// The whole exchange within ``Timeouts/answer``.
    case answer
    /// The whole exchange within ``Timeouts/work`` and what is added to it.
    case work(adding: Duration = .zero)
    /// The head within ``Timeouts/head``; the body for as long as it goes on.
    case endless
    /// As ``endless``, but the head may take ``Timeouts/work``: the engine packs an image, or talks to a registry.
    case slowToBegin
    /// As ``endless``, but the body must not fall silent for ``Timeouts/silence``.
    case transfer
    /// No limit but the caller's deadline, for what waits by its nature.
    case unlimited
  }

  /// What is asked of the engine.
  struct Call {
    var method: Request.Method = .get
    /// The path below the version, percent-encoded: `/containers/json`.
    var path: String
    var query: [(name: String, value: String)] = []
    var headers: Headers = [:]
    var body: Request.Body = .none
    var timing: Timing = .answer
    var deadline: Deadline = .never
    /// Whether the version is part of the path.
    var isVersioned = true
    /// Whether it does no harm to send it twice; nil if the method tells (all but POST; RFC 9110 §9.2.2).
    var isHarmlessTwice: Bool?
    /// What is tried, for errors: `start container x`.
    var operation: String

    /// Sets a JSON body.
    func json(_ value: Value) -> Call {
      var call = self
      call.body = .bytes(JSON.serialize(value))
      call.headers["Content-Type"] = "application/json"
      return call
    }
  }

  /// Sends a call and returns any response.
  func response(_ call: Call) async throws -> Response {
    let version = call.isVersioned ? "/v\(apiVersion)" : ""
    var request = Request(
      call.method, endpoint.baseURL + version + call.path + PercentEncoding.query(call.query),
      headers: call.headers, body: call.body)
    var (deadline, headDeadline) = (call.deadline, Deadline.never)
    switch call.timing {
    case .greeting: deadline = deadline.atMost(timeouts.greeting)
    case .answer:
      deadline = deadline.atMost(timeouts.answer)
      request.bodyTimeout = timeouts.body
    case .work(let added):
      deadline = deadline.atMost(timeouts.work + added)
      request.bodyTimeout = timeouts.body
    case .endless: headDeadline = .after(timeouts.head)
    case .slowToBegin: headDeadline = .after(timeouts.work)
    case .transfer:
      headDeadline = .after(timeouts.head)
      request.idleTimeout = timeouts.silence
    case .unlimited: break
    }
    let response = try await explaining(call) { () async throws(HTTPError) in
      try await client.send(request, deadline: deadline, headDeadline: headDeadline)
    }
    contact.withLock { $0 = true }
    return response
  }

  /// Whether the engine has answered before.
  private var wasReached: Bool { contact.withLock { $0 } }

  /// Sends a call, repeating it within bounds where that is known to help and does no harm, and returns a successful
  /// response.
  func success(_ call: Call) async throws -> Response {
    var repetitions = Repetitions(call)
    return try await success(call, &repetitions)
  }

  private func success(_ call: Call, _ repetitions: inout Repetitions) async throws -> Response {
    while true {
      do {
        let response = try await response(call)
        if response.isSuccess || response.status == 304 || response.status == 101 { return response }
        let body = try await explaining(call) { () async throws(HTTPError) in try await response.collect(limit: 1 << 20)
        }
        let failure = EngineError(status: response.status, body: body, operation: call.operation)
        // What is to be gone is gone, if an attempt whose answer was lost removed it.
        if call.method == .delete, failure.isNotFound, repetitions.mayBeDone { return response }
        guard try await repetitions.mayRepeat(after: response, failure) else { throw failure }
      } catch let error as EngineError where error.status == nil {
        guard try await repetitions.mayRepeat(after: error, wasReached: wasReached) else { throw error }
      }
    }
  }

  /// Sends a call and reads the answer as JSON; ``Documents/Value/null`` when it is empty, which no answer to a question
  /// is.
  func value(_ call: Call) async throws -> Value {
    try await content(call, limit: 64 << 20) { bytes throws(EngineError) in
      if bytes.isEmpty, call.method != .get { return .null }
      do {
        return try JSON.parse(bytes)
      } catch {
        throw EngineError(
          .badAnswer, operation: call.operation, "the engine's answer is not valid JSON: \(error)",
          remedy: "see the engine's log (`sudo journalctl -u docker`) and try again")
      }
    }
  }

  /// Sends a call and reads the whole answer, again if the connection is lost in the middle of it or what comes is spoilt.
  private func content<Result>(
    _ call: Call, limit: Int, reading: ([UInt8]) throws(EngineError) -> Result
  ) async throws -> Result {
    var repetitions = Repetitions(call)
    while true {
      let response = try await success(call, &repetitions)
      do {
        return try reading(
          try await explaining(call) { () async throws(HTTPError) in try await response.collect(limit: limit) })
      } catch let error as EngineError {
        guard try await repetitions.mayRepeat(after: error, wasReached: wasReached) else { throw error }
      }
    }
  }

  /// Sends a call and reads the answer as JSON; nil when the object does not exist.
  func valueIfFound(_ call: Call) async throws -> Value? {
    do {
      return try await value(call)
    } catch let error as EngineError where error.isNotFound {
      return nil
    }
  }

  /// Sends a call whose answer has no content that matters.
  func perform(_ call: Call) async throws {
    try await content(call, limit: 1 << 20) { _ in }
  }

  /// Turns HTTP errors of a call into engine errors, and cancellation into `CancellationError`.
  func explaining<Result>(_ call: Call, _ body: () async throws(HTTPError) -> Result) async throws -> Result {
    do {
      return try await body()
    } catch {
      throw explained(error, operation: call.operation)
    }
  }

  func explained(_ error: HTTPError, operation: String) -> any Error {
    if error.code == .cancelled { return CancellationError() }
    return EngineError(error, operation: operation, endpoint: endpoint)
  }

  /// The API's filter parameter: a JSON map of lists.
  static func filters(_ filters: [String: [String]]) -> (name: String, value: String) {
    var object = Object()
    for (name, values) in filters.sorted(by: { $0.key < $1.key }) where !values.isEmpty {
      object[name] = Value(values)
    }
    return ("filters", JSON.string(.object(object)))
  }
}
