public import Documents
import HTTP

extension Engine {
  /// Asks whether the engine is there (`GET /_ping`).
  ///
  /// - Returns: What it says of itself.
  @discardableResult
  public func ping() async throws -> EngineGreeting {
    let call = Call(
      path: "/_ping", timing: .greeting, isVersioned: false, operation: "use the container engine at \(endpoint.name)")
    let response = try await success(call)
    _ = try await explaining(call) { () async throws(HTTPError) in try await response.collect(limit: 1 << 16) }
    return EngineGreeting(apiVersion: response.headers["Api-Version"], server: response.headers["Server"])
  }

  /// Facts about the engine and its machine (`GET /info`).
  public func info() async throws -> Value {
    try await value(Call(path: "/info", operation: "ask the engine about itself"))
  }

  /// The engine's versions (`GET /version`).
  public func version() async throws -> Value {
    try await value(Call(path: "/version", operation: "ask the engine for its version"))
  }

  /// What takes how much of the engine's disk (`GET /system/df`). The engine reads all directories for that, which may
  /// take it a while.
  ///
  /// - Parameter kinds: What to look at, such as `volume`; empty for everything. Engines before API 1.42 look at
  ///   everything in any case.
  /// - Returns: The answer.
  /// - Throws: ``EngineError``.
  public func diskUsage(of kinds: [String] = []) async throws -> Value {
    try await value(
      Call(
        path: "/system/df", query: kinds.map { (name: "type", value: $0) }, timing: .work(),
        operation: "ask the engine for its disk usage"))
  }

  /// What happens in the engine from now on (`GET /events`).
  ///
  /// - Parameter filters: Only these events, such as `["type": ["container"], "label": ["a=b"]]`.
  /// - Returns: The events without end, in order; all that happens after this returns.
  /// - Throws: ``EngineError``.
  public func events(filters: [String: [String]] = [:]) async throws -> JSONSequence {
    let call = Call(
      path: "/events", query: [Self.filters(filters)], timing: .endless, operation: "follow the engine's events")
    return JSONSequence(response: try await success(call), engine: self, operation: call.operation)
  }
}
