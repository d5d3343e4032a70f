import Documents
import HTTP

extension GiteaClient {
  /// Asks whether the server and what it depends on work.
  ///
  /// - Returns: True if it says that everything passes; false if it answers that something does not.
  /// - Throws: ``GiteaError`` if it cannot be reached.
  public func isHealthy() async throws(GiteaError) -> Bool {
    let answer = try await send(
      .get, "/healthz", operation: "ask Gitea for its health", accepting: Set(400...599))
    return (200..<300).contains(answer.status) && answer.value["status"].stringValue == "pass"
  }

  /// The version of the server: `1.24.3`.
  ///
  /// - Throws: ``GiteaError``.
  public func version() async throws(GiteaError) -> String {
    let operation = "ask Gitea for its version"
    let value = try await send(.get, "/v1/version", operation: operation).value
    return try value["version"].required("version", operation)
  }
}

extension Value {
  /// A text that Gitea must give.
  func required(_ field: String, _ operation: String) throws(GiteaError) -> String {
    guard let text = stringValue else { throw GiteaError(operation, message: "the answer lacks \(field)") }
    return text
  }

  /// A number that Gitea must give.
  func requiredNumber(_ field: String, _ operation: String) throws(GiteaError) -> Int {
    guard let number = intValue else { throw GiteaError(operation, message: "the answer lacks \(field)") }
    return number
  }
}
