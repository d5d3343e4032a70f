import Dispatch
import Documents
import FaultProxy
import Harness
import NodeServer
import Synchronization

/// A scenario whose programs reach the engine and the API server only through proxies.
final class ProxiedWorld: Sendable {
  let plan: FaultPlan
  private let engine: FaultProxy
  private let api: FaultProxy
  private let socket: String

  /// Begins to listen.
  /// - Throws: ``ListenError``.
  init(_ scenario: Scenario, _ plan: FaultPlan) throws {
    self.plan = plan
    let server = APIServerBehind(node: "\(scenario.cluster)-control-plane")
    api = try FaultProxy(name: "api", front: .tls { server.context() }, plan: plan, dial: { server.connect() })
    socket = scenario.folder + "/engine.sock"
    let port = api.port
    engine = try FaultProxy(
      name: "engine", front: .unix(socket), plan: plan,
      dial: { PlainTransport(unixSocket: Self.engineSocket) },
      isRewritten: { target in
        let path = target.prefix { $0 != "?" }
        return path.contains("/containers/") && path.hasSuffix("/json") && !path.hasSuffix("/containers/json")
      },
      rewrite: { _, body in server.redirect(body, to: port) })
  }

  /// The variables that lead a program here.
  var environment: [String: String?] { ["DOCKER_HOST": "unix://\(socket)"] }

  func stop() {
    engine.stop()
    api.stop()
    TextFile.remove(socket)
  }

  /// The engine's real socket.
  static var engineSocket: String {
    let host = HarnessEnvironment.all["DOCKER_HOST"] ?? ""
    return host.hasPrefix("unix://") ? String(host.dropFirst(7)) : "/var/run/docker.sock"
  }
}

/// The API server of a node: its real port is read from what the engine says of the node, its keys from the node.
private final class APIServerBehind: Sendable {
  private struct Access {
    var port: UInt16
    var server: TLSServerContext
    var client: TLSClientContext
  }

  private let node: String
  private let port = Mutex<UInt16>(0)
  private let access = Mutex<Access?>(nil)

  init(node: String) { self.node = node }

  /// Replaces the API server's port in an answer about a container.
  func redirect(_ body: [UInt8], to proxy: UInt16) -> [UInt8]? {
    guard var container = try? JSON.parse(body) else { return nil }
    let binding = container["NetworkSettings"]["Ports"]["6443/tcp"][0]["HostPort"]
    guard let real = binding.stringValue.flatMap({ UInt16($0) }) else { return body }
    port.withLock { $0 = real }
    container["NetworkSettings"]["Ports"]["6443/tcp"][0]["HostPort"] = .string(String(proxy))
    return JSON.serialize(container)
  }

  func context() -> TLSServerContext? { current()?.server }

  func connect() -> (any Transport)? { current().flatMap { $0.client.connect(port: $0.port) } }

  private func current() -> Access? {
    let port = port.withLock { $0 }
    return access.withLock { access in
      if access?.port != port { access = makeAccess(port) }
      return access
    }
  }

  private func makeAccess(_ port: UInt16) -> Access? {
    guard let authority = file("/etc/kubernetes/pki/ca.crt"), let key = file("/etc/kubernetes/pki/ca.key"),
      let kubeconfig = file("/etc/kubernetes/super-admin.conf") ?? file("/etc/kubernetes/admin.conf"),
      let user = try? YAML.parseAll(kubeconfig).first?.value["users"][0]["user"],
      let certificate = user["client-certificate-data"].stringValue.flatMap(Base64.decodeText),
      let clientKey = user["client-key-data"].stringValue.flatMap(Base64.decodeText)
    else { return nil }
    do {
      let issuer = Identity(certificate: authority, key: key)
      let identity = try Authority.issue(
        commonName: "kube-apiserver", purpose: .server(names: ["localhost"], addresses: ["127.0.0.1"]), issuer: issuer)
      return Access(
        port: port, server: try TLSServerContext(identity: identity, clientAuthority: authority),
        client: try TLSClientContext(
          identity: Identity(certificate: certificate, key: clientKey), authority: authority))
    } catch {
      return nil
    }
  }

  /// Waits on this thread, which is the connection's own.
  private func file(_ path: String) -> String? {
    let box = Box()
    let done = DispatchSemaphore(value: 0)
    Task {
      let content = try? await Docker().run(["exec", node, "cat", path])
      box.text.withLock { $0 = content }
      done.signal()
    }
    done.wait()
    return box.text.withLock { $0 }
  }

  private final class Box: Sendable {
    let text = Mutex<String?>(nil)
  }
}
