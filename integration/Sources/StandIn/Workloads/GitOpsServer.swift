import ClusterAPI
import Documents
import NodeServer
import Synchronization

/// The server of the GitOps loop: the endpoints of Argo CD that people and platforms use.
final class GitOpsServer: Workload {
  private let context: WorkloadContext
  private let sessions = Mutex<Set<String>>([])

  init(_ context: WorkloadContext) { self.context = context }

  /// As the real server does, it makes the first password if there is none.
  func start() {
    let password = Authority.random(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    context.cluster.perform { [context] state in
      let settings = state.object(.secrets, context.namespace, "argocd-secret")
      guard settings?["data"]["admin.password"].isNull ?? true,
        state.object(.secrets, context.namespace, "argocd-initial-admin-secret") == nil
      else { return }
      state.store(.secrets, context.namespace, "argocd-initial-admin-secret") { secret in
        secret["data"] = ["password": .string(Base64.encode(password))]
        secret["type"] = "Opaque"
      }
    }
  }

  func handle(_ request: ServerRequest, _ connection: Connection) {
    func say(_ status: Int, _ value: Value) {
      connection.respond(status: status, headers: [("Content-Type", "application/json")], body: JSON.serialize(value))
    }
    let path = request.segments.first == "argocd" ? Array(request.segments.dropFirst()) : request.segments
    switch (request.method, path.joined(separator: "/")) {
    case ("GET", "healthz"): connection.respond(status: 200, body: Array("ok".utf8))
    case ("GET", "api/version"): say(200, ["Version": "v3.5.1+stand-in"])
    case ("POST", "api/webhook"):
      context.bus.announcePush()
      context.cluster.wake()
      connection.respond(status: 200, body: [])
    case ("POST", "api/v1/session"):
      let body = (try? JSON.parse(request.body)) ?? [:]
      let password = context.secret(context.namespace, "argocd-initial-admin-secret", "password")
      guard body["username"] == "admin", let password, body["password"].stringValue == password else {
        return say(
          401, ["error": "Invalid username or password", "code": 16, "message": "Invalid username or password"])
      }
      let token = Authority.random(16).map { String($0, radix: 16) }.joined()
      sessions.withLock { _ = $0.insert(token) }
      say(200, ["token": .string(token)])
    case ("GET", let text) where text == "api/v1/applications":
      let token = String((request.headers["authorization"] ?? "").dropFirst("Bearer ".count))
      guard sessions.withLock({ $0.contains(token) }) else {
        return say(401, ["error": "no session information", "code": 16])
      }
      let items = context.cluster.perform { [context] in $0.list(.applications, namespace: context.namespace) }
      say(200, ["metadata": [:], "items": .array(items)])
    case ("GET", _):
      connection.respond(
        status: 200, headers: [("Content-Type", "text/html; charset=utf-8")],
        body: Array("<!DOCTYPE html><title>Argo CD</title><p>The stand-in GitOps loop.</p>\n".utf8))
    default: say(404, ["error": "not found", "code": 5])
    }
  }
}

extension ResourceID {
  static let applications = ResourceID("argoproj.io", "applications")
}
