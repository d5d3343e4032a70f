public import Diagnostics
import Documents

/// A workload that will not become ready by itself.
public struct WorkloadError: ExplainedError, Hashable {
  /// What happened, in the controller's or kubelet's own words.
  public let description: String
  /// The exit code for broken components.
  public var exitStatus: ExitStatus { .unhealthy }

  /// Describes the fault.
  public init(_ description: String) { self.description = description }
}

// The rules are those of `kubectl rollout status`
// (kubernetes/kubectl, pkg/polymorphichelpers/rollout_status.go).
extension Condition {
  /// A Deployment's pods are all of its latest revision and available. Ends early when its progress deadline passed.
  public static let deploymentRolledOut = Condition.object { object in
    let (spec, status) = (object["spec"], object["status"])
    if let waiting = unobserved(object) { return waiting }
    let progress = status["conditions"].elements.first { $0["type"] == "Progressing" }
    if let progress, progress["reason"] == "ProgressDeadlineExceeded" {
      throw WorkloadError(progress["message"].stringValue ?? "the deployment exceeded its progress deadline")
    }
    let wanted = spec["replicas"].intValue ?? 1
    let updated = status["updatedReplicas"].intValue ?? 0
    let available = status["availableReplicas"].intValue ?? 0
    if updated < wanted { return .pending("\(updated)/\(wanted) updated") }
    let old = (status["replicas"].intValue ?? 0) - updated
    if old > 0 { return .pending("\(old) old \(old == 1 ? "pod" : "pods") still ending") }
    return available < updated ? .pending("\(available)/\(updated) ready") : .ready
  }

  /// A StatefulSet's pods are all of its latest revision and ready.
  public static let statefulSetRolledOut = Condition.object { object in
    let (spec, status) = (object["spec"], object["status"])
    if let waiting = unobserved(object) { return waiting }
    let wanted = spec["replicas"].intValue ?? 1
    let ready = status["readyReplicas"].intValue ?? 0
    if ready < wanted { return .pending("\(ready)/\(wanted) ready") }
    guard spec["updateStrategy"]["type"] != "OnDelete" else { return .ready }
    let partition = spec["updateStrategy"]["rollingUpdate"]["partition"].intValue ?? 0
    let updated = status["updatedReplicas"].intValue ?? 0
    if partition > 0 {
      return updated < wanted - partition ? .pending("\(updated)/\(wanted - partition) updated") : .ready
    }
    return status["updateRevision"] == status["currentRevision"] ? .ready : .pending("\(updated)/\(wanted) updated")
  }

  /// A DaemonSet's pods are all of its latest revision and available.
  public static let daemonSetRolledOut = Condition.object { object in
    let status = object["status"]
    if let waiting = unobserved(object) { return waiting }
    let wanted = status["desiredNumberScheduled"].intValue ?? 0
    let updated = status["updatedNumberScheduled"].intValue ?? 0
    if updated < wanted { return .pending("\(updated)/\(wanted) updated") }
    let available = status["numberAvailable"].intValue ?? 0
    return available < wanted ? .pending("\(available)/\(wanted) ready") : .ready
  }

  /// A Job has completed. Ends early when it failed for good.
  public static let jobComplete = Condition.object { object in
    for condition in object["status"]["conditions"].elements where condition["status"] == "True" {
      if condition["type"] == "Complete" { return .ready }
      if condition["type"] == "Failed" {
        throw WorkloadError(condition["message"].stringValue ?? condition["reason"].stringValue ?? "the job failed")
      }
    }
    let active = object["status"]["active"].intValue ?? 0
    return .pending(active > 0 ? "running" : "starting")
  }

  /// The condition that fits a kind: rolled out, complete, ready, established; that it exists for all others.
  public static func settled(_ type: ResourceType) -> Condition {
    switch type {
    case .deployments: .deploymentRolledOut
    case .statefulSets: .statefulSetRolledOut
    case .daemonSets: .daemonSetRolledOut
    case .jobs: .jobComplete
    case .pods: .condition("Ready")
    case .nodes: .nodeReady
    case .customResourceDefinitions: .established
    case .namespaces: .namespaceActive
    default: .exists
    }
  }

  private static func unobserved(_ object: Value) -> Readiness? {
    let generation = object["metadata"]["generation"].intValue ?? 0
    return generation > object["status"]["observedGeneration"].intValue ?? 0 ? .pending("starting") : nil
  }
}
