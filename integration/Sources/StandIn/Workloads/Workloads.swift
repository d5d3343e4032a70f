import ClusterAPI
import Documents
import Glibc
import NodeServer
import Synchronization

/// A program that the stand-in runs in its own process where a real node would run a container.
///
/// It knows the Kubernetes API and its own job, and nothing of idpbuilder.
protocol Workload: AnyObject, Sendable {
  /// Answers a request that reached the pod through one of its Services.
  func handle(_ request: ServerRequest, _ connection: Connection)
  /// Called once when the pod starts.
  func start()
  /// Called after changes in the cluster, on a thread of the workload's own.
  func clusterChanged()
  /// Called when the pod is gone.
  func stop()
}

extension Workload {
  func handle(_ request: ServerRequest, _ connection: Connection) {
    connection.respond(status: 404, body: Array("nothing is served here\n".utf8))
  }
  func start() {}
  func clusterChanged() {}
  func stop() {}
}

/// Starts and stops workloads as their pods come and go.
final class Workloads: Sendable {
  /// Which workload stands in for a container, by its image and arguments; nil for images that nothing is known of.
  private static func make(_ container: Value, _ pod: Value, _ context: WorkloadContext) -> (any Workload)? {
    let image = container["image"].stringValue ?? ""
    let words = (container["command"].elements + container["args"].elements).compactMap(\.stringValue)
    func says(_ name: String) -> Bool { words.contains { $0.hasSuffix(name) } }
    if image.contains("/gitea:") || image.contains("/gitea@") { return GitHost(context) }
    if image.contains("ingress-nginx/controller") { return IngressController(context, arguments: words) }
    if image.contains("argocd"), says("argocd-application-controller") { return GitOpsLoop(context) }
    if image.contains("argocd"), says("argocd-applicationset-controller") { return GitOpsSets(context) }
    if image.contains("argocd"), says("argocd-server") { return GitOpsServer(context) }
    return nil
  }

  private let cluster: Cluster
  private let running = Mutex<[String: any Workload]>([:])
  private let bus = WorkloadBus()

  init(_ cluster: Cluster) { self.cluster = cluster }

  /// Follows the cluster until the process ends, on a thread of its own.
  func run() {
    let listening = cluster.listen()
    startThread { [self] in
      while true {
        listening.drain()
        synchronize()
        for workload in running.withLock({ Array($0.values) }) { workload.clusterChanged() }
        var descriptors = [pollfd(fd: listening.read, events: Int16(POLLIN), revents: 0)]
        poll(&descriptors, 1, -1)
      }
    }
  }

  private func synchronize() {
    let pods = cluster.perform { $0.list(.pods) }
    var wanted: [String: (container: Value, pod: Value)] = [:]
    for pod in pods where pod["status"]["phase"] == "Running" && !pod.isBeingDeleted {
      for container in pod["spec"]["containers"].elements {
        wanted[WorkloadContext.key(pod)] = (container, pod)
      }
    }
    let gone = running.withLock { running in running.filter { wanted[$0.key] == nil } }
    for (key, workload) in gone {
      workload.stop()
      running.withLock { $0[key] = nil }
    }
    for (key, (container, pod)) in wanted where running.withLock({ $0[key] == nil }) {
      let context = WorkloadContext(cluster: cluster, namespace: pod.namespace, bus: bus, workloads: self)
      guard let workload = Self.make(container, pod, context) else { continue }
      running.withLock { $0[key] = workload }
      workload.start()
    }
  }

  /// The workload behind a Service, if one of its pods runs.
  func backend(namespace: String, service: String) -> (any Workload)? {
    let keys = cluster.perform { state -> [String] in
      guard let service = state.object(.services, namespace, service) else { return [] }
      let selector = service["spec"]["selector"].members
      guard !selector.isEmpty else { return [] }
      return state.list(.pods, namespace: namespace).filter { pod in
        selector.allSatisfy { pod["metadata"]["labels"][$0.key] == $0.value } && pod["status"]["phase"] == "Running"
      }.map { WorkloadContext.key($0) }
    }
    return running.withLock { running in keys.compactMap { running[$0] }.first }
  }
}

/// What a workload is given: the cluster, its namespace, and the others.
struct WorkloadContext: Sendable {
  let cluster: Cluster
  let namespace: String
  let bus: WorkloadBus
  let workloads: Workloads

  static func key(_ pod: Value) -> String { pod.uid.stringValue ?? pod.name }

  /// A text in a Secret of any namespace.
  func secret(_ namespace: String, _ name: String, _ key: String) -> String? {
    cluster.perform { $0.object(.secrets, namespace, name) }?["data"][key].stringValue.flatMap { Base64.decodeText($0) }
  }
}

extension WorkloadContext {
  /// The authority that the GitOps loop trusts for a source's host.
  func authority(for source: GitOpsSource) -> String? {
    cluster.perform { [namespace] in $0.object(.configMaps, namespace, "argocd-tls-certs-cm") }?["data"][source.host]
      .stringValue
  }
}

/// What workloads tell each other: that something was pushed, as a webhook would.
final class WorkloadBus: Sendable {
  private let pushes = Mutex<[String: Int]>([:])

  /// How many pushes to a repository were announced so far.
  /// - Parameter address: its address; only owner and name count.
  /// - Returns: the number.
  func pushCount(of address: String) -> Int {
    pushes.withLock { $0[Self.key(address), default: 0] + $0["", default: 0] }
  }

  /// Tells of a push to a repository, or to one that is not known.
  func announcePush(to address: String = "") {
    let key = address.isEmpty ? "" : Self.key(address)
    pushes.withLock { $0[key, default: 0] += 1 }
  }

  private static func key(_ address: String) -> String {
    let plain = address.lowercased()
    return (plain.hasSuffix(".git") ? plain.dropLast(4) : plain[...]).split(separator: "/").suffix(2)
      .joined(separator: "/")
  }
}
