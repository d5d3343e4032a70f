public import Documents
import HTTP

extension Engine {
  /// Lists the networks with exactly this name; the engine allows several.
  public func listNetworks(name: String) async throws -> [Value] {
    // The engine's filter matches parts of names.
    try await listNetworks(filters: ["name": [name]]).filter { $0["Name"].stringValue == name }
  }

  /// Lists networks (`GET /networks`).
  ///
  /// - Parameter filters: The API's filters, such as `["label": ["a=b"]]`.
  /// - Returns: The networks as the API lists them.
  /// - Throws: ``EngineError``.
  public func listNetworks(filters: [String: [String]] = [:]) async throws -> [Value] {
    let call = Call(path: "/networks", query: [Self.filters(filters)], operation: "list networks")
    return try list(try await value(call), operation: call.operation)
  }

  /// Everything about a network; nil when there is none.
  public func inspectNetwork(_ network: String) async throws -> Value? {
    try await valueIfFound(networkCall(.get, network, "", verb: "inspect"))
  }

  /// Makes a network (`POST /networks/create`).
  ///
  /// - Parameter body: The API's configuration: `Name`, `Driver`, `CheckDuplicate`, `Options`, `IPAM`, `Labels`, ….
  /// - Returns: Its id.
  /// - Throws: ``EngineError``.
  public func createNetwork(_ body: Value) async throws -> String {
    let operation = "create network \(body["Name"].stringValue ?? "")"
    let call = Call(method: .post, path: "/networks/create", timing: .work(), operation: operation).json(body)
    return try identifier(in: try await value(call), operation: operation)
  }

  /// Removes a network that no container uses.
  public func removeNetwork(_ network: String) async throws {
    try await perform(networkCall(.delete, network, "", timing: .work(), verb: "remove"))
  }

  private func networkCall(
    _ method: Request.Method, _ network: String, _ path: String, timing: Timing = .answer, verb: String
  ) -> Call {
    Call(
      method: method, path: "/networks/\(PercentEncoding.segment(network))\(path)", timing: timing,
      operation: "\(verb) network \(network)")
  }
}
