public import Documents

/// How far a Deployment or StatefulSet is, in words for people.
public enum WorkloadState: Sendable, Hashable {
  /// All its pods run in their present version and are ready.
  case ready
  /// Not yet: `0/1 ready, pulling image quay.io/argoproj/argocd:v3.5.1`.
  case waiting(String)
  /// It will not get there by itself.
  case failed(WorkloadFailure)

  /// Reads the state.
  ///
  /// - Parameters:
  ///   - workload: The Deployment or StatefulSet as it is in the cluster.
  ///   - pods: Pods of its namespace; those that are not its own are left out of account.
  ///   - events: Events of its namespace, in any order.
  public init(_ workload: Value, pods: [Value], events: [Value] = []) {
    let wanted = workload["spec"]["replicas"].intValue ?? 1
    let status = workload["status"]
    let ready = status["readyReplicas"].intValue ?? 0
    let updated = status["updatedReplicas"].intValue ?? 0
    let isObserved =
      (status["observedGeneration"].intValue ?? 0) >= (workload["metadata"]["generation"].intValue ?? 0)
    let total = status["replicas"].intValue ?? 0
    if isObserved, updated >= wanted, total == updated || wanted == 0, ready >= wanted {
      self = .ready
      return
    }
    let own = pods.filter { $0.belongs(to: workload) && $0["metadata"]["deletionTimestamp"].isNull }
    let states = own.compactMap { PodState($0, events: events) }
    for case .failed(let failure) in states {
      self = .failed(failure)
      return
    }
    var text = "\(min(ready, updated))/\(wanted) ready"
    if let detail = states.compactMap(\.waitingText).first ?? Self.failureToCreate(workload, own) {
      text += ", \(detail)"
    }
    self = .waiting(text)
  }

  /// Why no pod could be made, as the workload's condition says: a quota, a webhook.
  private static func failureToCreate(_ workload: Value, _ pods: [Value]) -> String? {
    guard pods.isEmpty else { return nil }
    let condition = workload["status"]["conditions"].elements.first {
      $0["type"].stringValue == "ReplicaFailure" && $0["status"].stringValue == "True"
    }
    return condition?["message"].stringValue.map { "no pod: \($0)" }
  }
}

/// Why a workload will not become ready by itself.
public struct WorkloadFailure: Sendable, Hashable {
  /// What is wrong.
  public enum Kind: Sendable, Hashable {
    /// The image cannot be pulled.
    case imagePull
    /// A container ends again and again; its log says more.
    case crashLoop
  }

  /// What is wrong.
  public let kind: Kind
  /// The pod's namespace.
  public let namespace: String
  /// The pod's name.
  public let pod: String
  /// The container's name.
  public let container: String
  /// The container's image.
  public let image: String
  /// The component's own words.
  public let message: String
}

extension Value {
  /// Whether a pod has the labels that a workload selects by.
  fileprivate func belongs(to workload: Value) -> Bool {
    let selector = workload["spec"]["selector"]["matchLabels"].members
    let labels = self["metadata"]["labels"]
    return !selector.isEmpty && self["metadata"]["namespace"] == workload["metadata"]["namespace"]
      && selector.allSatisfy { labels[$0.key] == $0.value }
  }
}
