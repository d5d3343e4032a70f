import Certificates
import Documents
import Kubernetes
import Platform

/// Tells objects that say how things are from objects that say how they were before the nodes were stopped.
///
/// A stopped cluster keeps its objects: nodes that are Ready, pods that are Running. Only what bears a time after the
/// start of its node was said since.
enum RestartState {
  /// Times of the API have whole seconds, and so has the engine's as it is read here.
  private static let grain = Duration.seconds(2)

  /// Whether a node's kubelet has reported since the start, and is Ready.
  static func readiness(ofNode node: Value, since start: UnixTime?) -> Readiness {
    let condition = node["status"]["conditions"].elements.first { $0["type"] == "Ready" }
    if isFromBefore(node: node, start) { return .pending("the kubelet is starting") }
    if condition?["status"] == "True" { return .ready }
    return .pending(condition?["message"].stringValue ?? "the kubelet is starting")
  }

  /// Whether a node's kubelet has reported last before the start.
  static func isFromBefore(node: Value, _ start: UnixTime?) -> Bool {
    let condition = node["status"]["conditions"].elements.first { $0["type"] == "Ready" }
    guard let start, let heartbeat = condition?["lastHeartbeatTime"].stringValue.flatMap({ UnixTime($0) }) else {
      return false
    }
    return heartbeat + grain < start
  }

  /// The pods whose containers have not been started since the start of their nodes, by name.
  static func notStartedAgain(_ pods: [Value], since starts: [String: UnixTime]) -> [String] {
    pods.compactMap { pod in
      guard let start = pod["spec"]["nodeName"].stringValue.flatMap({ starts[$0] }),
        pod["metadata"]["deletionTimestamp"].isNull, isFromBefore(pod: pod, start)
      else { return nil }
      return pod["metadata"]["name"].stringValue
    }
  }

  private static func isFromBefore(pod: Value, _ start: UnixTime) -> Bool {
    pod["status"]["containerStatuses"].elements.contains { container in
      guard let began = container["state"]["running"]["startedAt"].stringValue.flatMap({ UnixTime($0) }) else {
        return false
      }
      return began + grain < start
    }
  }

  /// Whether the containers of all pods were started since the start of their nodes, and are ready.
  static func readiness(ofPods pods: [Value], since starts: [String: UnixTime]) -> Readiness {
    var missing: [String] = []
    var count = 0
    for pod in pods {
      let phase = pod["status"]["phase"]
      if phase == "Succeeded" || phase == "Failed" || !pod["metadata"]["deletionTimestamp"].isNull { continue }
      if isProvenByAnswers(pod) { continue }
      count += 1
      let start = pod["spec"]["nodeName"].stringValue.flatMap { starts[$0] }
      if let text = trouble(pod, since: start) {
        missing.append("\(pod["metadata"]["name"].stringValue ?? "a pod"): \(text)")
      }
    }
    guard let first = missing.first else { return .ready }
    return .pending("\(count - missing.count) of \(count) ready; \(first)")
  }

  /// Whether the API server's answers say more of a pod than its status, which the kubelet writes only seconds after:
  /// its own, and that of its store. Their objects mirror files of the node (`kubernetes.io/config.mirror`).
  private static func isProvenByAnswers(_ pod: Value) -> Bool {
    !pod["metadata"]["annotations"]["kubernetes.io/config.mirror"].isNull
      && ["etcd", "kube-apiserver"].contains(pod["metadata"]["labels"]["component"].stringValue)
  }

  private static func trouble(_ pod: Value, since start: UnixTime?) -> String? {
    if let start, isFromBefore(pod: pod, start) { return "not started again yet" }
    let conditions = pod["status"]["conditions"].elements
    if conditions.contains(where: { $0["type"] == "Ready" && $0["status"] == "True" }) { return nil }
    for container in pod["status"]["initContainerStatuses"].elements + pod["status"]["containerStatuses"].elements {
      let waiting = container["state"]["waiting"]
      if let reason = waiting["reason"].stringValue, reason != "PodInitializing", reason != "ContainerCreating" {
        return waiting["message"].stringValue.map { "\(reason): \($0)" } ?? reason
      }
    }
    return "starting"
  }

  /// Whether Argo CD has looked at the Applications anew, and says that they are Synced and Healthy.
  static func readiness(ofApplications applications: [Value]) -> Readiness {
    let missing = applications.compactMap { application -> String? in
      let name = application["metadata"]["name"].stringValue ?? "?"
      if !application["metadata"]["annotations"][Names.Annotation.refresh].isNull {
        return "\(name): Argo CD has not looked at it yet"
      }
      switch ApplicationState(application) {
      case .done: return nil
      case .waiting(let text), .troubled(let text): return "\(name): \(text)"
      }
    }
    return missing.isEmpty ? .ready : .pending(missing.joined(separator: "; "))
  }

  /// The Applications that Argo CD has looked at anew and found something wrong with, by name.
  static func troubled(_ applications: [Value]) -> [String] {
    applications.compactMap { application in
      guard application["metadata"]["annotations"][Names.Annotation.refresh].isNull,
        case .troubled = ApplicationState(application)
      else { return nil }
      return application["metadata"]["name"].stringValue
    }
  }
}
