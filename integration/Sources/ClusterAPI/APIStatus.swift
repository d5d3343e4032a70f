public import Documents

/// A refusal of the API, as the `Status` object that carries it to the client.
///
/// Source: k8s.io/apimachinery `pkg/api/errors` (reasons, codes, wording) and `metav1.Status`.
public struct APIStatus: Error, Sendable {
  /// One detailed reason.
  public struct Cause: Sendable, Equatable {
    /// `FieldValueInvalid`, `FieldManagerConflict`, …
    public var reason: String
    /// Text for people.
    public var message: String
    /// The path of the field, dotted.
    public var field: String

    init(_ reason: String, _ message: String, field: String = "") {
      self.reason = reason
      self.message = message
      self.field = field
    }
  }

  /// The HTTP status code.
  public var code: Int
  /// The machine-readable reason.
  public var reason: String
  /// The text for people.
  public var message: String
  /// The object's name, if the refusal is about one.
  public var name = ""
  /// The resource's plural (or the kind, for `Invalid`).
  public var kind = ""
  /// The resource's API group.
  public var group = ""
  /// Details.
  public var causes: [Cause] = []

  /// The `Status` object.
  public var value: Value {
    var status: Value = [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
      "message": .string(message), "reason": .string(reason),
    ]
    var details: Value = [:]
    if !name.isEmpty { details["name"] = .string(name) }
    if !group.isEmpty { details["group"] = .string(group) }
    if !kind.isEmpty { details["kind"] = .string(kind) }
    if !causes.isEmpty {
      details["causes"] = .array(
        causes.map { cause in
          var value: Value = ["reason": .string(cause.reason), "message": .string(cause.message)]
          if !cause.field.isEmpty { value["field"] = .string(cause.field) }
          return value
        })
    }
    if !details.members.isEmpty { status["details"] = details }
    status["code"] = Value(code)
    return status
  }
}

extension APIStatus {
  static func notFound(_ resource: ResourceDefinition, _ name: String) -> APIStatus {
    APIStatus(
      code: 404, reason: "NotFound", message: "\(resource.qualifiedName) \"\(name)\" not found", name: name,
      kind: resource.plural, group: resource.group)
  }

  static let unknownPath = APIStatus(
    code: 404, reason: "NotFound", message: "the server could not find the requested resource")

  static func alreadyExists(_ resource: ResourceDefinition, _ name: String) -> APIStatus {
    APIStatus(
      code: 409, reason: "AlreadyExists", message: "\(resource.qualifiedName) \"\(name)\" already exists", name: name,
      kind: resource.plural, group: resource.group)
  }

  static func conflict(_ resource: ResourceDefinition, _ name: String, _ why: String) -> APIStatus {
    APIStatus(
      code: 409, reason: "Conflict",
      message: "Operation cannot be fulfilled on \(resource.qualifiedName) \"\(name)\": \(why)",
      name: name, kind: resource.plural, group: resource.group)
  }

  static let modified = "the object has been modified; please apply your changes to the latest version and try again"

  static func badRequest(_ message: String) -> APIStatus {
    APIStatus(code: 400, reason: "BadRequest", message: message)
  }

  static func forbidden(_ resource: ResourceDefinition, _ name: String, _ why: String) -> APIStatus {
    APIStatus(
      code: 403, reason: "Forbidden", message: "\(resource.qualifiedName) \"\(name)\" is forbidden: \(why)", name: name,
      kind: resource.plural, group: resource.group)
  }

  /// Field errors of one object, aggregated as the real server words them.
  static func invalid(_ resource: ResourceDefinition, _ name: String, _ causes: [Cause]) -> APIStatus {
    let details = causes.map { "\($0.field): \($0.message)" }
    let list = details.count == 1 ? details[0] : "[" + details.joined(separator: ", ") + "]"
    let qualified = resource.group.isEmpty ? resource.kind : "\(resource.kind).\(resource.group)"
    return APIStatus(
      code: 422, reason: "Invalid", message: "\(qualified) \"\(name)\" is invalid: \(list)", name: name,
      kind: resource.kind, group: resource.group, causes: causes)
  }

  static func expired(_ message: String) -> APIStatus { APIStatus(code: 410, reason: "Expired", message: message) }

  static func methodNotAllowed() -> APIStatus {
    APIStatus(
      code: 405, reason: "MethodNotAllowed", message: "the server does not allow this method on the requested resource")
  }

  static func unsupportedMediaType(_ type: String) -> APIStatus {
    APIStatus(
      code: 415, reason: "UnsupportedMediaType",
      message:
        "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
        + "application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml")
  }
}

extension APIStatus {
  /// No credentials, or wrong ones.
  public static let unauthorized = APIStatus(code: 401, reason: "Unauthorized", message: "Unauthorized")

  /// The stand-in reads JSON only.
  public static let protobuf = APIStatus(
    code: 415, reason: "UnsupportedMediaType",
    message: "the body of the request was in an unknown format - accepted media types include: application/json")
}
