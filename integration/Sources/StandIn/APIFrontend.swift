import ClusterAPI
import Documents
import NodeServer

/// Carries requests from connections to the cluster and answers back.
struct APIFrontend: Sendable {
  let cluster: Cluster

  /// Serves a cluster.
  init(_ cluster: Cluster) { self.cluster = cluster }

  /// Answers one request on its connection's thread.
  func handle(_ request: ServerRequest, _ connection: Connection) {
    guard let (user, groups) = authenticate(request) else {
      return send(.object(code: 401, APIStatus.unauthorized.value), connection)
    }
    if groups == ["system:unauthenticated"], !isPublic(request) {
      return send(.object(code: 403, forbidden(request)), connection)
    }
    let contentType = (request.headers["content-type"] ?? "").split(separator: ";").first.map(String.init) ?? ""
    let api = APIRequest(
      method: request.method, segments: request.segments,
      query: Dictionary(request.query.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
      contentType: contentType, accept: request.headers["accept"] ?? "", userAgent: request.headers["user-agent"] ?? "",
      body: request.body, user: user, groups: groups)
    if contentType == "application/vnd.kubernetes.protobuf" {
      return send(.object(code: 415, APIStatus.protobuf.value), connection)
    }
    if request.segments == ["stand-in", "join"] { return join(request, connection) }
    if let reply = tokenRequest(api) { return send(reply, connection) }
    send(cluster.perform { $0.answer(api) }, connection)
  }

  // MARK: Who asks

  private func authenticate(_ request: ServerRequest) -> (String, [String])? {
    if let authorization = request.headers["authorization"], authorization.hasPrefix("Bearer ") {
      return cluster.user(token: String(authorization.dropFirst(7)))
    }
    switch request.peer {
    case .local: return ("kubernetes-admin", ["system:masters", "system:authenticated"])
    case .certificate(let user, let groups): return (user, groups + ["system:authenticated"])
    case .untrustedCertificate: return nil
    case .none: return ("system:anonymous", ["system:unauthenticated"])
    }
  }

  private func isPublic(_ request: ServerRequest) -> Bool {
    ["healthz", "livez", "readyz", "version"].contains(request.segments.first ?? "")
  }

  private func forbidden(_ request: ServerRequest) -> Value {
    [
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
      "message": .string(
        "forbidden: User \"system:anonymous\" cannot \(request.method.lowercased()) path \"\(request.path)\""),
      "reason": "Forbidden", "details": [:], "code": 403,
    ]
  }

  /// `serviceaccounts/NAME/token`.
  private func tokenRequest(_ request: APIRequest) -> APIReply? {
    let path = request.segments
    guard request.method == "POST", path.count == 7, path[4] == "serviceaccounts", path[6] == "token" else {
      return nil
    }
    let (namespace, name) = (path[3], path[5])
    let token = "stand-in." + Authority.random(24).map { String($0, radix: 16) }.joined()
    cluster.accept(
      token: token, user: "system:serviceaccount:\(namespace):\(name)",
      groups: ["system:serviceaccounts", "system:serviceaccounts:\(namespace)", "system:authenticated"])
    return .object(
      code: 201,
      [
        "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
        "metadata": ["name": .string(name), "namespace": .string(namespace)],
        "spec": ["audiences": ["https://kubernetes.default.svc.cluster.local"], "expirationSeconds": 3600],
        "status": ["token": .string(token), "expirationTimestamp": "2099-01-01T00:00:00Z"],
      ])
  }

  /// A worker that `kubeadm join` announces.
  private func join(_ request: ServerRequest, _ connection: Connection) {
    let node = (try? JSON.parse(request.body)) ?? [:]
    cluster.perform { state in
      Bootstrap.makeNode(
        &state, name: node["name"].stringValue ?? "", address: node["address"].stringValue ?? "",
        labels: node["labels"],
        isControlPlane: false)
    }
    connection.respond(status: 200, body: [])
  }

  // MARK: Answers

  private func send(_ reply: APIReply, _ connection: Connection) {
    switch reply {
    case .object(let code, let value, let warnings):
      let headers =
        [("Content-Type", "application/json"), ("Cache-Control", "no-cache, private")]
        + warnings.map { ("Warning", "299 - \"\($0.replacing("\"", with: "\\\""))\"") }
      connection.respond(status: code, headers: headers, body: JSON.serialize(value) + [10])
    case .text(let code, let contentType, let text):
      connection.respond(status: code, headers: [("Content-Type", contentType)], body: Array(text.utf8))
    case .watch(let watch): stream(watch, connection)
    }
  }

  private func stream(_ watch: WatchRequest, _ connection: Connection) {
    let listening = cluster.listen()
    defer { cluster.stop(listening) }
    connection.beginStream(headers: [("Content-Type", "application/json"), ("Cache-Control", "no-cache, private")])
    var position: Int?
    var events = cluster.perform { [position] state in
      var position = position
      let events = state.openWatch(watch, position: &position)
      return (events, position)
    }
    position = events.1
    let end = monotonicSeconds() + watch.timeoutSeconds
    while true {
      if !events.0.isEmpty {
        guard connection.stream(events.0.flatMap { JSON.serialize($0) + [10] }) else { return }
      }
      guard position != nil else { return }
      let left = end - monotonicSeconds()
      guard left > 0 else { return }
      switch connection.wait(for: listening.read, milliseconds: Int32(min(left, 60) * 1_000)) {
      case .closed: return
      case .timedOut:
        events = (watch.allowsBookmarks ? [cluster.perform { $0.bookmark(watch) }] : [], position)
      case .signalled:
        listening.drain()
        events = cluster.perform { [position] state in
          var position = position
          let events = state.continueWatch(watch, position: &position)
          return (events, position)
        }
        position = events.1
      }
    }
  }
}
