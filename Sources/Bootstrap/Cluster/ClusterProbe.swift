import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes

/// In what condition a cluster is, read from where it lives: the engine, and the cluster's own objects.
enum ClusterCondition {
  /// The engine has no node of that name.
  case absent
  /// A creation was cut off: the control plane was never completed.
  case incomplete(String)
  /// Complete, but a node does not run, or runs again and its objects still say how things were before.
  case resting
  /// The API server does not answer, or a node is not ready.
  case broken(String)
  /// Everything answers.
  case healthy(KubernetesClient, credentials: String, server: String)
}

/// Looks at a cluster without changing anything.
struct ClusterProbe {
  let engine: Engine

  /// How long an API server that listens may take for an answer before it counts as broken.
  private static let patience = Duration.seconds(10)

  /// Looks at the cluster of a name.
  ///
  /// - Throws: `EngineError`, `CancellationError`.
  func look(at name: ClusterName) async throws -> (condition: ClusterCondition, nodes: [NodeRecord]) {
    let nodes = try await ClusterInventory(engine).nodes(of: name.text)
    return (try await condition(name, nodes), nodes)
  }

  private func condition(_ name: ClusterName, _ nodes: [NodeRecord]) async throws -> ClusterCondition {
    guard !nodes.isEmpty else { return .absent }
    guard let controlPlane = nodes.first(where: { $0.role == .controlPlane }) else {
      return .incomplete("it has no control plane node")
    }
    let stopped = nodes.filter { $0.state != "running" }
    if stopped.contains(where: { $0.state == "created" }) { return .incomplete("a node was never started") }
    let node = Node(engine, name: controlPlane.name)
    guard let text = try await node.read("/etc/kubernetes/admin.conf") else {
      return .incomplete("kubeadm has not made its control plane")
    }
    guard stopped.isEmpty else { return .resting }
    guard let container = try await engine.inspectContainer(controlPlane.name),
      let server = APIServerEndpoint.url(of: container)
    else { return .broken("the port of its API server is not published") }
    let credentials = String(decoding: text, as: UTF8.self)
    let client = KubernetesClient(try ClusterAccess(kubeconfig: credentials, server: server))
    do {
      let deadline = Deadline.after(Self.patience)
      try await ClusterRun.waitUntilReady(client, deadline: deadline)
      if let missing = try await incompleteness(container, client, deadline) { return .incomplete(missing) }
      if Self.isRestarting(container), try await !isBack(nodes, client, deadline) { return .resting }
      for object in try await client.list(.nodes, deadline: deadline).items where !NodeCondition.isReady(object) {
        return .broken("node \(object["metadata"]["name"].stringValue ?? "?") is not Ready")
      }
    } catch let error as CancellationError {
      throw error
    } catch let error as APIStatusError where error.code == 403 || error.code == 401 {
      // The role binding of admin.conf is one of the last things kubeadm makes.
      return .incomplete("kubeadm has not finished its control plane")
    } catch {
      if Self.isRestarting(container) { return .resting }
      return .broken((error as? Failure)?.cause ?? String(describing: error))
    }
    return .healthy(client, credentials: credentials, server: server)
  }

  /// What a control plane that answers lacks, because its creation was cut off; nil if nothing.
  ///
  /// - Throws: What the API server answers.
  func incompleteness(
    _ container: Value, _ client: KubernetesClient, _ deadline: Deadline
  ) async throws -> String? {
    if let missing = try await missingAddOn(client, deadline) { return missing }
    return try await isUnfinished(container, client, deadline) ? "its add-ons were not installed" : nil
  }

  /// Whether the engine started a node again within the last minutes, as it does after a reboot: what runs on it may need
  /// that long.
  private static func isRestarting(_ container: Value, now: UnixTime = .now) -> Bool {
    guard let created = container["Created"].stringValue.flatMap({ UnixTime($0) }),
      let started = container["State"]["StartedAt"].stringValue.flatMap({ UnixTime($0) })
    else { return false }
    let isRestored = container["Config"]["Labels"][MadeFrom.restorationLabel].stringValue != nil
    return (isRestored || started - created > .seconds(60)) && now - started < .seconds(180)
  }

  /// Whether all that runs on nodes which were started again has reported since.
  private func isBack(_ nodes: [NodeRecord], _ client: KubernetesClient, _ deadline: Deadline) async throws -> Bool {
    var starts: [String: UnixTime] = [:]
    for node in nodes { starts[node.name] = try await Node(engine, name: node.name).startTime() }
    for object in try await client.list(.nodes, deadline: deadline).items {
      let start = object["metadata"]["name"].stringValue.flatMap { starts[$0] }
      guard case .ready = RestartState.readiness(ofNode: object, since: start) else { return false }
    }
    let pods = RestartRun.own(try await client.list(.pods, deadline: deadline).items)
    guard case .ready = RestartState.readiness(ofPods: pods, since: starts) else { return false }
    return true
  }

  /// Whether a cluster of ours was never completed, though everything answers.
  private func isUnfinished(_ container: Value, _ client: KubernetesClient, _ deadline: Deadline) async throws -> Bool {
    guard container["Config"]["Labels"][ClusterRun.completionLabel].stringValue != nil else { return false }
    let system = try await client.get(.namespaces, "kube-system", deadline: deadline)
    return system?["metadata"]["annotations"][ClusterRun.completionAnnotation].stringValue == nil
  }

  /// kubeadm ends with its add-ons, so a control plane that has them is complete, whoever made it.
  private func missingAddOn(_ client: KubernetesClient, _ deadline: Deadline) async throws -> String? {
    guard try await client.get(.deployments, "coredns", namespace: "kube-system", deadline: deadline) != nil else {
      return "CoreDNS was not installed"
    }
    let configuration = try await client.get(
      .configMaps, "kubeadm-config", namespace: "kube-system", deadline: deadline)
    return configuration == nil ? "kubeadm has not stored its configuration" : nil
  }
}
