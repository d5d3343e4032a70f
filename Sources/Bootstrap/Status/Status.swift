import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes
import Packages
import Platform

/// How a cluster and its platform are.
///
/// - Parameters:
///   - cluster: Which one.
///   - environment: The process environment.
/// - Returns: What is seen now; trouble is part of it and no error.
/// - Throws: A `Failure`; `notFound` when there is no such cluster.
public func status(of cluster: ClusterReference, environment: [String: String]) async throws -> ClusterStatus {
  let name = try ClusterName(cluster.name)
  let engine = try await connectEngine(cluster.dockerHost, environment)
  return try await StatusReader(engine: engine, name: name, environment: environment).read().status
}

/// Looks at a cluster.
struct StatusReader: Sendable {
  let engine: Engine
  let name: ClusterName
  let environment: [String: String]

  /// Looks.
  ///
  /// - Returns: What is seen, and the API server, if it answers.
  /// - Throws: `Failure` if there is no such cluster, or the engine cannot be asked.
  func read() async throws -> (status: ClusterStatus, client: KubernetesClient?) {
    guard let facts = try await ClusterFacts.find(name, engine, environment) else {
      throw Failure(
        "there is no cluster \(name)", remedy: "make it: idpbuilder create --name \(name)", status: .notFound)
    }
    var status = ClusterStatus(name: name.text, nodes: [])
    let container = facts.controlPlane.flatMap { facts.containers[$0.name] }
    status.created = container?["Created"].stringValue.flatMap { UnixTime($0) }?.seconds
    var objects: [Value] = []
    var client: KubernetesClient?
    switch facts.client {
    case .failure(let failure):
      status.trouble = failure.cause.map { "\(failure.what): \($0)" } ?? failure.what
    case .success(let found):
      do {
        let deadline = Deadline.after(.seconds(20))
        objects = try await found.list(.nodes, deadline: deadline).items
        status.version = objects.first?["status"]["nodeInfo"]["kubeletVersion"].stringValue
        status.platform = try await platform(found, since: facts.starts, deadline)
        client = found
      } catch let error as CancellationError {
        throw error
      } catch {
        status.trouble = "the API server stopped answering: \(error)"
      }
    }
    // What was asked for last may have been cut off by a cancellation, which is no trouble of the cluster's.
    try Task.checkCancellation()
    status.nodes = facts.nodes.map { node in
      Self.node(
        node, objects.first { $0["metadata"]["name"].stringValue == node.name }, status.trouble == nil,
        since: facts.starts[node.name])
    }
    return (status, client)
  }

  private func platform(
    _ client: KubernetesClient, since starts: [String: UnixTime], _ deadline: Deadline
  ) async throws -> ClusterStatus.Platform? {
    guard
      let access = try await PlatformAccess.find(client, engine: engine, cluster: name.text, deadline: deadline)
    else { return nil }
    let components = try await PlatformHealth.components(client, since: starts, deadline: deadline)
    let secret = try await client.get(
      .secrets, Names.Certificate.secret, namespace: IngressChoice.installed.namespace, deadline: deadline)
    let text = secret?["data"]["tls.crt"].stringValue.flatMap { Base64.decodeText($0) }
    let certificate = text.flatMap { try? Certificate(pem: $0) }
    return ClusterStatus.Platform(
      components: components.map(\.status),
      packages: try await listedPackages(client, cluster: name.text, access.options),
      argoCDURL: access.options.argoCDURL, giteaURL: access.options.giteaURL,
      certificateDays: certificate.map { Self.days($0.notAfter - .now) })
  }

  /// Whole days, rounded down, so that a moment ago is -1.
  static func days(_ duration: Duration) -> Int {
    Int((Double(duration.components.seconds) / 86_400).rounded(.down))
  }

  /// A node by its container and, if the API server answers, its object.
  static func node(
    _ record: NodeRecord, _ object: Value?, _ answers: Bool, since start: UnixTime? = nil
  ) -> ClusterStatus.Node {
    let role = record.role?.rawValue ?? "load balancer"
    func node(_ state: String, _ isHealthy: Bool) -> ClusterStatus.Node {
      ClusterStatus.Node(name: record.name, role: role, state: state, isHealthy: isHealthy)
    }
    guard record.state == "running" else { return node(record.state, false) }
    guard record.role != nil else { return node("running", true) }
    guard answers else { return node("running, state unknown", false) }
    guard let object else { return node("running, but not part of the cluster", false) }
    if let trouble = ClusterCheck.findings(object, since: start).first {
      let text = trouble.why.map { ": \($0)" } ?? ""
      return node((trouble.id == "cluster.not-ready" ? "NotReady" : "Ready, but \(trouble.what)") + text, false)
    }
    return node("Ready", true)
  }
}

extension PlatformHealth.Component {
  /// The component in a line.
  var status: ClusterStatus.Component {
    func component(_ state: String) -> ClusterStatus.Component {
      ClusterStatus.Component(name: package.folder, state: state, isHealthy: false)
    }
    if workloads == 0 { return component("not there") }
    if let (name, state) = troubled.first {
      switch state {
      case .failed(let failure):
        return component("\(name): \(failure.failure(package: package.rawValue, log: nil).what)")
      case .waiting(let text): return component("\(name) \(text)")
      case .ready: break
      }
    }
    switch application {
    case .done: return ClusterStatus.Component(name: package.folder, state: "Synced and Healthy", isHealthy: true)
    case nil: return component("runs, but Argo CD has no Application for it")
    case .waiting(let text), .troubled(let text): return component(text)
    }
  }
}
