import Certificates
import Diagnostics
import Documents
import Kubernetes
import KindCluster

extension HealthCheck {
  /// `cluster`: its nodes run and are Ready, and its API server answers.
  static let cluster = HealthCheck(id: "cluster", title: "cluster", limit: .seconds(30)) { context in
    guard let cluster = try await context.cluster() else {
      return [
        CheckFinding(
          .note, "cluster.none", "there is no cluster \(context.name)",
          remedy: "make it: idpbuilder create --name \(context.name)")
      ]
    }
    let start = "idpbuilder start --name \(context.name)"
    let stopped = cluster.nodes.filter { $0.state != "running" }
    var findings = stopped.map {
      CheckFinding(
        .problem, "cluster.stopped", "node \($0.name) is \($0.state)",
        why: cluster.containers[$0.name].flatMap(ClusterCheck.end), remedy: start)
    }
    switch cluster.client {
    case .failure(let failure):
      if stopped.isEmpty {
        findings.append(
          CheckFinding(
            .problem, "cluster.silent", failure.what, why: failure.cause,
            remedy: "docker logs \(cluster.controlPlane?.name ?? ""); idpbuilder logs export --name \(context.name); "
              + "or make it anew: idpbuilder create --name \(context.name) --recreate"))
      }
    case .success(let client):
      let nodes = try await client.list(.nodes, deadline: .after(.seconds(10))).items
      findings += nodes.flatMap { node in
        ClusterCheck.findings(node, since: node["metadata"]["name"].stringValue.flatMap { cluster.starts[$0] })
      }
      if findings.isEmpty {
        let version = nodes.first?["status"]["nodeInfo"]["kubeletVersion"].stringValue ?? ""
        findings.append(
          CheckFinding(
            .ok, "cluster.ready",
            "\(context.name): Kubernetes \(version), \(nodes.count) \(nodes.count == 1 ? "node" : "nodes") Ready"))
      }
    }
    return findings
  }
}

/// What nodes say of themselves.
enum ClusterCheck {
  /// How a container ended.
  static func end(_ container: Value) -> String? {
    let state = container["State"]
    if state["OOMKilled"].boolValue == true { return "it ran out of memory" }
    if let error = state["Error"].stringValue, !error.isEmpty { return error }
    return state["ExitCode"].intValue.map { "its init ended with exit code \($0)" }
  }

  /// What is wrong with a node.
  ///
  /// - Parameters:
  ///   - node: Its object.
  ///   - start: When its container was started, if that is known.
  /// - Returns: Nothing if it is well.
  static func findings(_ node: Value, since start: UnixTime? = nil) -> [CheckFinding] {
    let name = node["metadata"]["name"].stringValue ?? "?"
    if RestartState.isFromBefore(node: node, start) {
      return [
        CheckFinding(
          .problem, "cluster.not-ready", "node \(name) is not Ready",
          why: "it was started at \(start?.description ?? "?"), and its kubelet has not reported since",
          remedy: "wait a moment; docker exec \(name) journalctl -u kubelet says what it does")
      ]
    }
    return node["status"]["conditions"].elements.compactMap { condition in
      guard let type = condition["type"].stringValue else { return nil }
      let isReady = type == "Ready"
      guard isReady ? condition["status"] != "True" : condition["status"] == "True" else { return nil }
      return CheckFinding(
        .problem, isReady ? "cluster.not-ready" : "cluster.pressure",
        isReady ? "node \(name) is not Ready" : "node \(name) has \(type)", why: condition["message"].stringValue,
        remedy: isReady
          ? "kubectl describe node \(name); docker exec \(name) journalctl -u kubelet"
          : "kubectl describe node \(name); make room: docker system df")
    }
  }
}
