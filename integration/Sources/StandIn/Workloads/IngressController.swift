import ClusterAPI
import Documents
import NodeServer
import Synchronization

/// The ingress: TLS with the default certificate, and routing by host and path as Ingress objects say.
///
/// Source: kubernetes.github.io/ingress-nginx (annotations `use-regex`, `rewrite-target`, `force-ssl-redirect`).
final class IngressController: Workload {
  private let context: WorkloadContext
  private let certificate: (namespace: String, name: String)
  private let listening = Mutex<Set<Int>>([])
  private let tls = Mutex<(certificate: String, context: TLSServerContext)?>(nil)

  init(_ context: WorkloadContext, arguments: [String]) {
    self.context = context
    let option = arguments.first { $0.hasPrefix("--default-ssl-certificate=") }?.split(separator: "=").last ?? ""
    let parts = option.split(separator: "/").map(String.init)
    certificate = parts.count == 2 ? (parts[0], parts[1]) : ("", "")
  }

  func start() {
    listen(80, secure: false)
    listen(443, secure: true)
    clusterChanged()
  }

  /// Further ports of the Service work inside the cluster, which is this node.
  func clusterChanged() {
    let service = context.cluster.perform { [context] in
      $0.object(.services, context.namespace, "ingress-nginx-controller")
    }
    for port in service?["spec"]["ports"].elements ?? [] {
      guard let number = port["port"].intValue, number != 6443 else { continue }
      listen(number, secure: port["targetPort"].stringValue == "https")
    }
  }

  private func listen(_ port: Int, secure: Bool) {
    guard listening.withLock({ $0.insert(port).inserted }), let listener = try? Listener(port: UInt16(port)) else {
      return
    }
    let contexts: @Sendable () -> TLSServerContext? = { [self] in tlsContext() }
    listener.serve(tls: secure ? contexts : nil) { [self] request, connection in
      route(request, connection, secure: secure)
    }
  }

  /// The default certificate as it is now.
  private func tlsContext() -> TLSServerContext? {
    guard let certificate = context.secret(certificate.namespace, certificate.name, "tls.crt"),
      let key = context.secret(self.certificate.namespace, self.certificate.name, "tls.key")
    else { return nil }
    if let cached = tls.withLock({ $0 }), cached.certificate == certificate { return cached.context }
    guard let made = try? TLSServerContext(identity: Identity(certificate: certificate, key: key), clientAuthority: nil)
    else {
      return nil
    }
    tls.withLock { $0 = (certificate, made) }
    return made
  }

  // MARK: Routing

  private struct Route {
    var namespace: String
    var service: String
    var path: String
    var annotations: Value
    /// Longer wins, as do exact hosts.
    var rank: Int
  }

  private func route(_ request: ServerRequest, _ connection: Connection, secure: Bool) {
    let host = String((request.headers["host"] ?? "").prefix { $0 != ":" }).lowercased()
    let ingresses = context.cluster.perform { $0.list(ResourceID("networking.k8s.io", "ingresses")) }
    var best: (route: Route, target: String)?
    for ingress in ingresses {
      let named = ingress["spec"]["ingressClassName"].stringValue ?? "nginx"
      guard named == "nginx" else { continue }
      for rule in ingress["spec"]["rules"].elements where matches(rule["host"].stringValue, host) {
        for path in rule["http"]["paths"].elements {
          guard let target = target(request, path, ingress["metadata"]["annotations"]) else { continue }
          let text = path["path"].stringValue ?? "/"
          let rank = text.count + (rule["host"].isNull ? 0 : 10_000)
          if best == nil || rank > (best?.route.rank ?? 0) {
            let route = Route(
              namespace: ingress.namespace, service: path["backend"]["service"]["name"].stringValue ?? "", path: text,
              annotations: ingress["metadata"]["annotations"], rank: rank)
            best = (route, target)
          }
        }
      }
    }
    guard let best else { return plain(connection, 404, "404 Not Found") }
    if !secure, best.route.annotations["nginx.ingress.kubernetes.io/force-ssl-redirect"].stringValue == "true" {
      let query = request.rawQuery.isEmpty ? "" : "?" + request.rawQuery
      return connection.respond(
        status: 308, headers: [("Location", "https://\(host)\(request.path)\(query)")], body: [])
    }
    guard let workload = context.workloads.backend(namespace: best.route.namespace, service: best.route.service) else {
      return plain(connection, 503, "503 Service Temporarily Unavailable")
    }
    workload.handle(request.forwarded(to: best.target), connection)
  }

  private func matches(_ rule: String?, _ host: String) -> Bool {
    guard let rule, !rule.isEmpty else { return true }
    if rule.hasPrefix("*.") {
      return host.hasSuffix(rule.dropFirst()) && host.split(separator: ".").count == rule.split(separator: ".").count
    }
    return rule.lowercased() == host
  }

  /// The target for the backend if the path matches.
  private func target(_ request: ServerRequest, _ path: Value, _ annotations: Value) -> String? {
    let query = request.rawQuery.isEmpty ? "" : "?" + request.rawQuery
    let text = path["path"].stringValue ?? "/"
    let rewrite = annotations["nginx.ingress.kubernetes.io/rewrite-target"].stringValue
    if annotations["nginx.ingress.kubernetes.io/use-regex"].stringValue == "true" || rewrite != nil {
      guard let expression = try? Regex(text), let match = request.path.prefixMatch(of: expression) else { return nil }
      guard var result = rewrite else { return request.path + query }
      for index in 1..<max(1, match.output.count) {
        result = result.replacing("$\(index)", with: match.output[index].substring.map(String.init) ?? "")
      }
      return result + query
    }
    switch path["pathType"].stringValue {
    case "Exact": return request.path == text ? request.path + query : nil
    default:
      let prefix = text.hasSuffix("/") ? String(text.dropLast()) : text
      let fits = request.path == prefix || request.path.hasPrefix(prefix + "/")
      return fits ? request.path + query : nil
    }
  }

  private func plain(_ connection: Connection, _ status: Int, _ text: String) {
    connection.respond(
      status: status, headers: [("Content-Type", "text/html")],
      body: Array("<html><center><h1>\(text)</h1></center></html>\n".utf8))
  }
}
