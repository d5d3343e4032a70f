public import Documents
import HTTP

extension Engine {
  /// Lists volumes (`GET /volumes`).
  ///
  /// - Parameter labels: Only those with all of these labels, each as `key` or `key=value`.
  /// - Returns: The volumes as the API lists them.
  /// - Throws: ``EngineError``.
  public func listVolumes(labels: [String] = []) async throws -> [Value] {
    let call = Call(path: "/volumes", query: [Self.filters(["label": labels])], operation: "list volumes")
    return try list(try await value(call)["Volumes"], operation: call.operation)
  }

  /// Everything about a volume; nil when there is none.
  public func inspectVolume(_ name: String) async throws -> Value? {
    try await valueIfFound(
      Call(path: "/volumes/\(PercentEncoding.segment(name))", operation: "inspect volume \(name)"))
  }

  /// Makes a volume, or returns the one that has the name (`POST /volumes/create`).
  ///
  /// - Parameters:
  ///   - name: Its name; the engine makes one up if nil.
  ///   - labels: Its labels.
  /// - Returns: Everything about it.
  /// - Throws: ``EngineError``.
  public func createVolume(name: String? = nil, labels: [String: String] = [:]) async throws -> Value {
    var body: Value = ["Labels": Value(labels)]
    if let name { body["Name"] = Value(name) }
    return try await value(
      Call(
        method: .post, path: "/volumes/create", timing: .work(), operation: "create volume \(name ?? "")"
      ).json(body))
  }

  /// Removes a volume that no container uses.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - force: Succeed also when there is none.
  /// - Throws: ``EngineError``.
  public func removeVolume(_ name: String, force: Bool = false) async throws {
    try await perform(
      Call(
        method: .delete, path: "/volumes/\(PercentEncoding.segment(name))",
        query: [(name: "force", value: force ? "1" : "0")], timing: .work(), operation: "remove volume \(name)"))
  }
}
