public import Diagnostics

/// Gitea refused a request, or cannot be reached.
public struct GiteaError: ExplainedError {
  /// What was being done, naming the object: `create repository giteaAdmin/idpbuilder-localdev-argocd`.
  public let operation: String
  /// The status of the answer; nil if there was none.
  public let status: Int?
  /// The cause in Gitea's own words, or in those of the HTTP client.
  public let message: String
  /// The failed exchange, if there was no answer.
  public let underlying: (any ExplainedError)?

  /// Describes a refusal; see the properties.
  public init(
    _ operation: String, status: Int? = nil, message: String, underlying: (any ExplainedError)? = nil
  ) {
    self.operation = operation
    self.status = status
    self.message = message
    self.underlying = underlying
  }

  /// Whether the object does not exist.
  public var isNotFound: Bool { status == 404 }
  /// Whether the object exists already.
  public var isConflict: Bool { status == 409 }
  /// Whether the credentials were refused.
  public var isUnauthorized: Bool { status == 401 || status == 403 }

  /// The operation and the cause.
  public var description: String {
    status.map { "\(operation): \(message) (Gitea, status \($0))" } ?? "\(operation): \(message)"
  }
  /// The exit code that fits the status.
  public var exitStatus: ExitStatus {
    guard let status else { return underlying?.exitStatus ?? .unavailable }
    return switch status {
    case 401, 403: .permissionDenied
    case 404: .notFound
    case 409, 422: .cannotCreate
    case 500...599: .unhealthy
    default: .failure
    }
  }
}
