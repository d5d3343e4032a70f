public import Documents

/// What a pod is doing, read from its status as the kubelet writes it.
///
/// <https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/>
public struct PodState: Sendable, Hashable {
  /// Something that does not pass by waiting.
  public struct Fault: Sendable, Hashable {
    /// The kinds of faults.
    public enum Kind: Sendable, Hashable {
      /// The container's image cannot be had.
      case image
      /// The container ends again and again; its log says why.
      case crash
      /// The container cannot be made of what the pod says: a missing ConfigMap, a bad command.
      case configuration
      /// No node takes the pod.
      case unschedulable
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// The container, nil for the pod as a whole.
    public let container: String?
    /// The kubelet's or scheduler's own words.
    public let message: String
    /// How often the container has been started again.
    public let restarts: Int
  }

  /// The pod's name.
  public let name: String
  /// What the pod is doing or waits for, as short as for a progress line: `pulling image`, `1/2 ready`.
  public let text: String
  /// What keeps it from becoming ready, if it is known.
  public let fault: Fault?
  /// Whether all its containers are ready.
  public let isReady: Bool
  /// Whether all its containers have ended, well or not.
  public let hasEnded: Bool

  /// Reads a Pod.
  public init(_ pod: Value) {
    let status = pod["status"]
    name = pod["metadata"]["name"].stringValue ?? ""
    let phase = status["phase"].stringValue ?? "Pending"
    hasEnded = phase == "Succeeded" || phase == "Failed"
    let conditions = status["conditions"].elements
    isReady = conditions.contains { $0["type"] == "Ready" && $0["status"] == "True" }
    let containers = status["containerStatuses"].elements
    let faults = (status["initContainerStatuses"].elements + containers).compactMap(Fault.init(container:))
    let scheduled = conditions.first { $0["type"] == "PodScheduled" }
    if let scheduled, scheduled["status"] == "False", scheduled["reason"] == "Unschedulable" {
      fault = Fault(
        kind: .unschedulable, container: nil, message: scheduled["message"].stringValue ?? "unschedulable", restarts: 0)
    } else {
      fault = faults.first
    }
    text = fault?.message ?? Self.text(pod, phase: phase, containers: containers)
  }

  private static func text(_ pod: Value, phase: String, containers: [Value]) -> String {
    if !pod["metadata"]["deletionTimestamp"].isNull { return "ending" }
    if phase == "Succeeded" { return "has ended" }
    if phase == "Failed" {
      let ended = containers.map { $0["state"]["terminated"] }.first { !$0.isNull }
      let words = [
        pod["status"]["message"], pod["status"]["reason"], ended?["message"] ?? .null, ended?["reason"] ?? .null,
      ]
      return words.compactMap(\.stringValue).first { !$0.isEmpty } ?? "failed"
    }
    for status in pod["status"]["initContainerStatuses"].elements where status["state"]["terminated"].isNull {
      let name = status["name"].stringValue ?? "container"
      if !status["state"]["running"].isNull { return status["ready"] == true ? "starting" : "initialising (\(name))" }
      if status["state"]["waiting"]["reason"] == "PodInitializing" { continue }
      return "pulling image"
    }
    if containers.isEmpty { return pod["spec"]["nodeName"].isNull ? "waiting for a node" : "starting" }
    if containers.contains(where: { $0["state"]["waiting"]["reason"] == "ContainerCreating" }) {
      return "pulling image"
    }
    let ready = containers.count { $0["ready"] == true }
    return "\(ready)/\(containers.count) ready"
  }
}

extension PodState.Fault {
  /// The fault a container's status tells of, if it does; the reasons are the kubelet's
  /// (kubernetes/kubernetes, pkg/kubelet/images/types.go and pkg/kubelet/kuberuntime).
  fileprivate init?(container status: Value) {
    let waiting = status["state"]["waiting"]
    guard let reason = waiting["reason"].stringValue else { return nil }
    let message = waiting["message"].stringValue.flatMap { $0.isEmpty ? nil : $0 } ?? reason
    container = status["name"].stringValue
    restarts = status["restartCount"].intValue ?? 0
    switch reason {
    case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable",
      "ImageInspectError", "SignatureValidationFailed":
      kind = .image
      let image = status["image"].stringValue ?? "image"
      self.message = message.contains(image) ? message : "\(image): \(message)"
    case "CrashLoopBackOff":
      kind = .crash
      let last = status["lastState"]["terminated"]
      let words = [last["message"], last["reason"]].compactMap(\.stringValue).first { !$0.isEmpty }
      let code = last["exitCode"].intValue.map { "exit code \($0)" }
      let detail = [words, code].compactMap(\.self).joined(separator: ", ")
      self.message = "keeps crashing" + (detail.isEmpty ? "" : ": \(detail)")
    case "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError",
      "PostStartHookError":
      kind = .configuration
      self.message = message
    default: return nil
    }
  }
}
