import Diagnostics
import Documents
import HTTP
import Kubernetes
import Testing

/// An answer of the API server.
struct Answer: Sendable {
  var code: Int
  var value: Value
  var headers: Headers

  var name: String { value["metadata"]["name"].stringValue ?? "" }
  var version: String { value["metadata"]["resourceVersion"].stringValue ?? "" }
  var reason: String { value["reason"].stringValue ?? "" }
  var message: String { value["message"].stringValue ?? "" }
}

/// The bare API: requests in, status and body out, so that a test sees what the server really says.
struct API: Sendable {
  let access: ClusterAccess
  let client: Client
  /// The namespace of the test at hand.
  var namespace = "default"

  init(_ access: ClusterAccess, anonymous: Bool = false) {
    self.access = access
    var configuration = Client.Configuration()
    configuration.trust = access.authorityPEM.map { .pem($0) } ?? .system
    if !anonymous { configuration.identity = access.identity }
    configuration.userAgent = "contract"
    client = Client(configuration)
  }

  /// The path of a resource in the test's namespace: `configmaps`, `apps/v1/deployments`, with a name if given.
  func path(_ resource: String, _ name: String = "", cluster: Bool = false) -> String {
    var parts = resource.split(separator: "/").map(String.init)
    let plural = parts.removeLast()
    let base = parts.isEmpty ? "/api/v1" : "/apis/" + parts.joined(separator: "/")
    return base + (cluster ? "" : "/namespaces/\(namespace)") + "/" + plural + (name.isEmpty ? "" : "/" + name)
  }

  func send(
    _ method: Request.Method, _ path: String, _ body: Value? = nil, query: [(name: String, value: String)] = [],
    contentType: String = "application/json", accept: String = "application/json",
    headers extra: [(String, String)] = []
  ) async throws -> Answer {
    var headers: Headers = ["Accept": accept, "Content-Type": contentType]
    for (name, value) in extra { headers.add(name, value) }
    if let token = access.token { headers.add("Authorization", "Bearer \(token.revealed)") }
    let target = access.server + path + PercentEncoding.query(query)
    let request = Request(method, target, headers: headers, body: body.map { .bytes(JSON.serialize($0)) } ?? .none)
    let response = try await client.send(request, deadline: .after(.seconds(30)))
    let bytes = try await response.collect()
    let value = (try? JSON.parse(bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    return Answer(code: response.status, value: value, headers: response.headers)
  }

  func get(_ path: String, query: [(name: String, value: String)] = [], accept: String = "application/json")
    async throws -> Answer
  {
    try await send(.get, path, query: query, accept: accept)
  }

  func create(_ path: String, _ body: Value, query: [(name: String, value: String)] = []) async throws -> Answer {
    try await send(.post, path, body, query: query)
  }

  func apply(_ path: String, _ body: Value, as manager: String, force: Bool = false) async throws -> Answer {
    try await send(
      .patch, path, body, query: [("fieldManager", manager), ("force", "\(force)")],
      contentType: "application/apply-patch+yaml")
  }

  func patch(_ path: String, _ body: Value, _ kind: String) async throws -> Answer {
    try await send(.patch, path, body, contentType: "application/\(kind)+json")
  }

  // MARK: Watching

  /// The object after an event; nil if it is gone.
  private func remaining(_ event: Value) -> Value? {
    if event["type"] == "DELETED" { return .none }
    return .some(event["object"])
  }

  /// Follows a watch until a condition holds for the events so far.
  @discardableResult
  func watch(
    _ path: String, query: [(name: String, value: String)], until enough: ([Value]) -> Bool
  ) async throws -> [Value] {
    let items = [(name: "watch", value: "true"), (name: "timeoutSeconds", value: "40")] + query
    let request = Request(
      .get, access.server + path + PercentEncoding.query(items), headers: ["Accept": "application/json"])
    let response = try await client.send(request, deadline: .after(.seconds(45)))
    var events: [Value] = []
    if response.status != 200 {
      return [["type": "ERROR", "object": try JSON.parse(try await response.collect())]]
    }
    var partial: [UInt8] = []
    for try await chunk in response.body {
      partial += chunk
      while let end = partial.firstIndex(of: 10) {
        events.append(try JSON.parse(Array(partial[..<end])))
        partial.removeFirst(end + 1)
      }
      if enough(events) { return events }
    }
    return events
  }

  /// Waits until an object of a collection fulfils a condition (`nil`: is not there), by watching it.
  func until(
    _ collection: String, _ name: String, _ condition: (Value?) -> Bool
  ) async throws -> Value? {
    let selector = (name: "fieldSelector", value: "metadata.name=\(name)")
    let list = try await get(collection, query: [selector])
    if list.code == 404, condition(nil) { return nil }
    var current = list.value["items"].elements.first
    if condition(current) { return current }
    let events = try await watch(collection, query: [selector, ("resourceVersion", list.version)]) { events in
      guard let last = events.last else { return false }
      return condition(remaining(last))
    }
    if let last = events.last { current = remaining(last) }
    try #require(condition(current), "\(collection)/\(name) did not become as expected: \(current ?? .null)")
    return current
  }
}
