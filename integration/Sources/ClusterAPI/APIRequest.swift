public import Documents

/// A request to the API, after transport and authentication.
public struct APIRequest: Sendable {
  /// GET, POST, PUT, PATCH, DELETE.
  public var method: String
  /// The path's segments, decoded.
  public var segments: [String]
  /// The query.
  public var query: [String: String]
  /// The body's media type, without parameters.
  public var contentType: String
  /// The `Accept` header.
  public var accept: String
  /// The `User-Agent` header.
  public var userAgent: String
  /// The body.
  public var body: [UInt8]
  /// The authenticated user.
  public var user: String
  /// The user's groups.
  public var groups: [String]

  /// Puts a request together.
  public init(
    method: String, segments: [String], query: [String: String] = [:], contentType: String = "application/json",
    accept: String = "application/json", userAgent: String = "", body: [UInt8] = [], user: String = "kubernetes-admin",
    groups: [String] = ["system:masters"]
  ) {
    self.method = method
    self.segments = segments
    self.query = query
    self.contentType = contentType
    self.accept = accept
    self.userAgent = userAgent
    self.body = body
    self.user = user
    self.groups = groups
  }

  /// The body as a value.
  func value() throws(APIStatus) -> Value {
    if body.isEmpty { return .null }
    if let value = try? JSON.parse(body) { return value }
    let isYAML = contentType.hasSuffix("yaml")
    if isYAML, let documents = try? YAML.parseAll(String(decoding: body, as: UTF8.self), source: "body"),
      let first = documents.first
    {
      return first.value
    }
    throw .badRequest(
      "the object provided is unrecognized (must be of type \(isYAML ? "YAML" : "JSON")): couldn't get version/kind; json parse error"
    )
  }

  /// Options of a write, from the query.
  var writeOptions: WriteOptions {
    let manager = query["fieldManager"] ?? String(userAgent.split(separator: "/").first ?? "unknown")
    return WriteOptions(
      fieldManager: manager, dryRun: query["dryRun"] == "All", fieldValidation: query["fieldValidation"] ?? "Warn",
      force: query["force"] == "true")
  }
}

/// What the API answers.
public enum APIReply: Sendable {
  /// An object, with `Warning` texts.
  case object(code: Int, Value, warnings: [String] = [])
  /// Anything else than JSON.
  case text(code: Int, contentType: String, String)
  /// A stream of events.
  case watch(WatchRequest)
}

/// What a watch wants to see.
public struct WatchRequest: Sendable {
  var target: Target
  var labels: LabelSelector?
  var fields: FieldSelector?
  /// The revision after which it starts; nil for the state as it is now.
  var since: Int?
  /// Whether the state as it is now is sent first.
  var sendsInitialEvents: Bool
  /// Whether a bookmark ends the initial events.
  var marksInitialEvents: Bool
  /// Whether bookmarks are wanted.
  public var allowsBookmarks: Bool
  /// When the server ends the stream.
  public var timeoutSeconds: Int
  var asTable: Bool
  var kind: String { target.definition.kind }
}
