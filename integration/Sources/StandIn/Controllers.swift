import ClusterAPI
import Documents
import Glibc
import NodeServer
import Synchronization

/// What the controller manager, the scheduler and the kubelet would do, driven by changes alone.
final class Controllers: Sendable {
  let cluster: Cluster
  let faults: HeededFaults
  /// When this run of the node began.
  let startTime = timestamp()
  private let position = Mutex(0)

  /// The part of ``Faults`` that controllers heed.
  struct HeededFaults: Sendable {
    var neverReady: Bool
    var missingImages: [String]
    var isOffline: Bool
  }

  init(_ cluster: Cluster, _ faults: Faults) {
    self.cluster = cluster
    self.faults = HeededFaults(
      neverReady: faults.ready == "never", missingImages: faults.missingImages,
      isOffline: faults.registry == "unreachable")
  }

  /// Works until the process ends, on a thread of its own.
  func run() {
    let listening = cluster.listen()
    startThread { [self] in
      while true {
        while cluster.perform({ step(&$0) }) {}
        var descriptors = [pollfd(fd: listening.read, events: Int16(POLLIN), revents: 0)]
        poll(&descriptors, 1, -1)
        listening.drain()
      }
    }
  }

  /// Looks at everything that changed since the last time; true if it changed something itself.
  private func step(_ state: inout ClusterState) -> Bool {
    let since = position.withLock { position in
      let before = position
      position = state.revision
      return before
    }
    let before = state.revision
    let changed: Set<ResourceID>
    if since < state.historyStart {
      changed = Set(state.objects.keys)
    } else {
      changed = Set(state.history.drop { $0.revision <= since }.map(\.resource))
    }
    if changed.isEmpty { return false }
    reconcile(&state, changed)
    return state.revision != before
  }

  private func reconcile(_ state: inout ClusterState, _ changed: Set<ResourceID>) {
    if changed.contains(.customResourceDefinitions) { establishCustomResources(&state) }
    if changed.contains(.namespaces) { namespaces(&state) }
    if !changed.isDisjoint(with: [.persistentVolumeClaims, .pods]) { volumes(&state) }
    nodes(&state)
    guard !changed.isDisjoint(with: Self.workloads) else { return }
    deployments(&state)
    replicaSets(&state)
    statefulSets(&state)
    daemonSets(&state)
    jobs(&state)
    pods(&state)
    endpoints(&state)
  }

  private static let workloads: Set<ResourceID> = [
    .pods, .deployments, .replicaSets, .statefulSets, .daemonSets, .jobs, .nodes, .services, .persistentVolumeClaims,
    .configMaps, .secrets,
  ]
}

extension ResourceID {
  static let pods = ResourceID("", "pods")
  static let nodes = ResourceID("", "nodes")
  static let services = ResourceID("", "services")
  static let configMaps = ResourceID("", "configmaps")
  static let secrets = ResourceID("", "secrets")
  static let serviceAccounts = ResourceID("", "serviceaccounts")
  static let endpoints = ResourceID("", "endpoints")
  static let persistentVolumes = ResourceID("", "persistentvolumes")
  static let persistentVolumeClaims = ResourceID("", "persistentvolumeclaims")
  static let deployments = ResourceID("apps", "deployments")
  static let replicaSets = ResourceID("apps", "replicasets")
  static let statefulSets = ResourceID("apps", "statefulsets")
  static let daemonSets = ResourceID("apps", "daemonsets")
  static let jobs = ResourceID("batch", "jobs")
  static let endpointSlices = ResourceID("discovery.k8s.io", "endpointslices")
}

extension Value {
  var name: String { self["metadata"]["name"].stringValue ?? "" }
  var namespace: String { self["metadata"]["namespace"].stringValue ?? "" }
  var uid: Value { self["metadata"]["uid"] }
  var isBeingDeleted: Bool { !self["metadata"]["deletionTimestamp"].isNull }

  /// A reference from a dependent to this owner.
  var ownerReference: Value {
    [
      "apiVersion": self["apiVersion"], "kind": self["kind"], "name": self["metadata"]["name"], "uid": uid,
      "controller": true, "blockOwnerDeletion": true,
    ]
  }

  func isControlled(by owner: Value) -> Bool {
    self["metadata"]["ownerReferences"].elements.contains {
      $0["uid"] == owner.uid && $0["controller"].boolValue == true
    }
  }

  /// Sets a condition; the transition time moves only with the status.
  mutating func setCondition(_ type: String, _ status: String, reason: String, message: String = "") {
    var conditions = self["status"]["conditions"].elements
    let old = conditions.first { $0["type"].stringValue == type }
    let condition: Value = [
      "type": .string(type), "status": .string(status), "reason": .string(reason), "message": .string(message),
      "lastTransitionTime": old?["status"].stringValue == status
        ? old?["lastTransitionTime"] ?? .null : .string(timestamp()),
    ]
    if let index = conditions.firstIndex(where: { $0["type"].stringValue == type }) {
      conditions[index] = condition
    } else {
      conditions.append(condition)
    }
    self["status"]["conditions"] = .array(conditions)
  }
}
