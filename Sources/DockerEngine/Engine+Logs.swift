import Documents
import HTTP

extension Engine {
  /// Reads a container's log (`GET /containers/{id}/logs`).
  ///
  /// - Parameters:
  ///   - container: Name or id.
  ///   - follow: Go on with what is written from now on, until the container stops.
  ///   - tail: Only so many lines from the end of what there is; all if nil.
  ///   - since: Only what was written after this moment, in seconds since 1970.
  ///   - timestamps: Begin each line with its time (RFC 3339).
  ///   - tty: Whether the container has a terminal; asked of the engine if nil.
  /// - Returns: The log.
  /// - Throws: ``EngineError``.
  public func containerLogs(
    _ container: String, follow: Bool, tail: Int? = nil, since: Double? = nil, timestamps: Bool = false,
    tty: Bool? = nil
  ) async throws -> OutputSequence {
    var query = [(name: "stdout", value: "1"), (name: "stderr", value: "1")]
    query.append(("follow", follow ? "1" : "0"))
    query.append(("tail", tail.map { String($0) } ?? "all"))
    if let since { query.append(("since", String(since))) }
    if timestamps { query.append(("timestamps", "1")) }
    let call = containerCall(.get, container, "/logs", query, timing: .endless, verb: "read the log of")
    let hasTerminal: Bool
    if let tty {
      hasTerminal = tty
    } else {
      hasTerminal = try await inspectContainer(container)?["Config"]["Tty"].boolValue ?? false
    }
    return OutputSequence(
      response: try await success(call), engine: self, operation: call.operation, tty: hasTerminal)
  }
}
