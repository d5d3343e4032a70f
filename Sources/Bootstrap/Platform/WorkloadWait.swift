import Diagnostics
import Documents
import Kubernetes
import Platform
import Synchronization

/// Waits until the workloads of a package run, and says in the components' words what is missing.
///
/// Workloads, pods and events of the namespace are watched; a workload that will not get there by itself ends the wait
/// at once, with the pod's own message and the end of its log.
struct WorkloadWait: Sendable {
  let client: KubernetesClient
  let package: CorePackage

  private static let logLines = 20
  private static let watched: [ResourceType] = [.deployments, .statefulSets, .pods, .events]

  /// Whether there is nothing to wait for.
  ///
  /// - Parameters:
  ///   - objects: The package's objects; those that are no workloads do not count.
  ///   - present: Objects as they are in the cluster.
  /// - Returns: Whether all workloads are among them, and ready.
  func isOver(_ objects: [Value], in present: [Value]) -> Bool {
    let live = Dictionary(
      present.compactMap { object in WorkloadKey(object).map { ($0, object) } }, uniquingKeysWith: { $1 })
    return objects.compactMap(WorkloadKey.init).filter(\.isWorkload).allSatisfy { key in
      live[key].map { WorkloadState($0, pods: []) == .ready } ?? false
    }
  }

  /// Waits.
  ///
  /// - Parameters:
  ///   - objects: The package's objects; those that are no workloads do not count.
  ///   - deadline: When to give up.
  ///   - report: Told what is awaited whenever that changes.
  /// - Throws: `Failure` if a workload fails or the deadline passes.
  func run(_ objects: [Value], deadline: Deadline, report: @escaping @Sendable (String) -> Void) async throws {
    let wanted = Set(objects.compactMap(WorkloadKey.init)).filter(\.isWorkload)
    let state = ObservedState()
    let (changes, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for type in Self.watched {
        group.addTask {
          for try await event in client.watch(type, namespace: package.namespace, deadline: deadline) {
            state.apply(event, type)
            signal.yield()
          }
        }
      }
      group.addTask {
        var said = ""
        for await _ in changes {
          let observed = state.current
          guard let text = try await evaluate(wanted, observed) else { break }
          if text != said { report(text) }
          said = text
        }
      }
      defer { group.cancelAll() }
      do {
        // Watches do not end by themselves: the first task to end is the one that found everything ready.
        try await group.next()
      } catch is DeadlineExceeded {
        let observed = state.current
        let text = try await evaluate(wanted, observed) ?? "workloads"
        throw Failure(
          "\(package.rawValue) does not become ready", cause: text,
          remedy: "kubectl -n \(package.namespace) get pods,events", status: .timedOut)
      }
    }
  }

  /// What is missing, nil if nothing is.
  private func evaluate(_ wanted: Set<WorkloadKey>, _ observed: ObservedObjects) async throws -> String? {
    var missing: [String] = []
    for key in wanted.sorted() {
      guard let workload = observed.workload(key) else {
        missing.append("\(key.name) 0/1: not there yet")
        continue
      }
      switch WorkloadState(workload, pods: observed.all(.pods), events: observed.all(.events)) {
      case .ready: continue
      case .waiting(let text): missing.append("\(key.name) \(text)")
      case .failed(let failure):
        let log = try? await client.podLog(
          failure.pod, namespace: failure.namespace, container: failure.container, tailLines: Self.logLines,
          previous: failure.kind == .crashLoop, deadline: .after(.seconds(10)))
        throw failure.failure(package: package.rawValue, log: log)
      }
    }
    return missing.isEmpty ? nil : missing.joined(separator: "; ")
  }
}

/// Kind and name of a workload in its namespace.
private struct WorkloadKey: Hashable, Comparable {
  let kind: String
  let name: String

  init?(_ object: Value) {
    guard let kind = object["kind"].stringValue, let name = object["metadata"]["name"].stringValue else { return nil }
    self.init(kind: kind, name: name)
  }

  init(kind: String, name: String) { (self.kind, self.name) = (kind, name) }

  var isWorkload: Bool { kind == "Deployment" || kind == "StatefulSet" }

  static func < (left: Self, right: Self) -> Bool { (left.kind, left.name) < (right.kind, right.name) }
}

/// What several watches see, for one reader.
private final class ObservedState: Sendable {
  private let objects = Mutex(ObservedObjects())

  func apply(_ event: WatchEvent, _ type: ResourceType) { objects.withLock { $0.apply(event, type) } }

  var current: ObservedObjects { objects.withLock { $0 } }
}

/// The present state of what is watched.
private struct ObservedObjects: Sendable {
  private var byType: [ResourceType: [String: Value]] = [:]

  mutating func apply(_ event: WatchEvent, _ type: ResourceType) {
    switch event {
    case .snapshot(let objects):
      byType[type] = Dictionary(objects.map { (Self.name($0), $0) }, uniquingKeysWith: { $1 })
    case .added(let object), .modified(let object): byType[type, default: [:]][Self.name(object)] = object
    case .deleted(let object): byType[type]?[Self.name(object)] = nil
    }
  }

  func all(_ type: ResourceType) -> [Value] { byType[type].map { Array($0.values) } ?? [] }

  func workload(_ key: WorkloadKey) -> Value? {
    byType[key.kind == "Deployment" ? .deployments : .statefulSets]?[key.name]
  }

  private static func name(_ object: Value) -> String { object["metadata"]["name"].stringValue ?? "" }
}
