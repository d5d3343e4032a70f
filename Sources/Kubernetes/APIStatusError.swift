public import Diagnostics
import Documents

/// A refusal by the API server, in its own words.
///
/// <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/>
public struct APIStatusError: ExplainedError, Hashable {
  /// One thing that is wrong with a field.
  public struct Cause: Sendable, Hashable {
    /// The field in the server's notation: `spec.template.spec.containers[0].image`.
    public let field: String
    /// What is wrong with it.
    public let message: String
    /// A word for programs: `FieldValueRequired`.
    public let reason: String

    /// Describes a cause; see the properties.
    public init(field: String, message: String, reason: String) {
      self.field = field
      self.message = message
      self.reason = reason
    }
  }

  /// What was tried: `apply deployment.apps/gitea in namespace gitea`.
  public let operation: String
  /// The HTTP status code.
  public let code: Int
  /// A word for programs: `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`. Empty if the server gave none.
  public let reason: String
  /// The server's message.
  public let message: String
  /// What is wrong in detail.
  public let causes: [Cause]
  /// The name of the object that the server names, if it names one.
  public let subject: String?
  /// After how long to try again, if the server said so.
  public let retryAfter: Duration?

  /// Describes a refusal; see the properties.
  public init(
    operation: String, code: Int, reason: String, message: String, causes: [Cause] = [], subject: String? = nil,
    retryAfter: Duration? = nil
  ) {
    self.operation = operation
    self.code = code
    self.reason = reason
    self.message = message
    self.causes = causes
    self.subject = subject
    self.retryAfter = retryAfter
  }

  /// Reads a `Status` object; anything else in the body becomes the message as it is.
  init(operation: String, code: Int, body: [UInt8], retryAfter: Duration? = nil) {
    let status = (try? JSON.parse(body)) ?? .null
    let text = String(decoding: body.prefix(500), as: UTF8.self)
    self.init(
      operation: operation, status: status, code: code, fallback: text.isEmpty ? "HTTP status \(code)" : text,
      retryAfter: retryAfter)
  }

  /// Reads a `Status` object.
  init(
    operation: String, status: Value, code: Int? = nil, fallback: String = "unknown error", retryAfter: Duration? = nil
  ) {
    let details = status["details"]
    self.init(
      operation: operation, code: code ?? status["code"].intValue ?? 500, reason: status["reason"].stringValue ?? "",
      message: status["message"].stringValue ?? fallback,
      causes: details["causes"].elements.map { cause in
        Cause(
          field: cause["field"].stringValue ?? "", message: cause["message"].stringValue ?? "",
          reason: cause["reason"].stringValue ?? "")
      },
      subject: details["name"].stringValue,
      retryAfter: retryAfter ?? details["retryAfterSeconds"].intValue.map { .seconds($0) })
  }

  /// The object or the resource does not exist.
  public var isNotFound: Bool { code == 404 }
  /// An object of that name exists already.
  public var isAlreadyExists: Bool { code == 409 && reason == "AlreadyExists" }
  /// The object changed meanwhile, or another field manager owns a field.
  public var isConflict: Bool { code == 409 && reason != "AlreadyExists" }
  /// Another field manager owns a field, and server-side apply was not to take it over.
  public var isOwnershipConflict: Bool { isConflict && causes.contains { $0.reason == "FieldManagerConflict" } }
  /// The object breaks a rule of its schema or of validation.
  public var isInvalid: Bool { code == 422 || code == 400 }
  /// The resourceVersion is too old to go on from.
  public var isExpired: Bool { code == 410 || reason == "Expired" || reason == "Gone" }

  /// Whether the same request may succeed a moment later though nobody changes anything: an overloaded or starting
  /// server, an admission webhook whose pod is not up yet, a quorum that moves.
  public var isTransient: Bool {
    switch code {
    case 429, 502, 503, 504: true
    case 500:
      message.contains("failed calling webhook") || message.contains("etcdserver")
        || message.contains("connection refused") || reason == "ServerTimeout"
    default: false
    }
  }

  /// What was tried and the server's answer.
  public var description: String { "\(operation): \(message)" }

  /// The exit code that fits the status code.
  public var exitStatus: ExitStatus {
    switch code {
    case 400, 422: .badInput
    case 401, 403: .permissionDenied
    case 404: .notFound
    case 409: .cannotCreate
    case 429, 502, 503: .unavailable
    case 504: .timedOut
    default: .failure
    }
  }
}
