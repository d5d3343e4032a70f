import Synchronization

/// Decides which requests meet a fault, and remembers what came.
public final class FaultPlan: Sendable {
  private struct State {
    var exact: Set<String> = []
    var counts: [String: Int] = [:]
    var seen: [RequestKey] = []
    var injected: [RequestKey] = []
    var isOver = false
  }

  private let state = Mutex(State())
  private let cluster: String
  private let fault: @Sendable (RequestKey) -> Fault?
  private let once: Bool

  /// A plan for one run.
  /// - Parameters:
  ///   - cluster: the run's cluster.
  ///   - once: only the first request of each method and path gets a fault, so that the same asked again passes.
  ///   - fault: which fault a request gets; nil for none.
  public init(cluster: String, once: Bool = true, fault: @escaping @Sendable (RequestKey) -> Fault? = { _ in nil }) {
    self.once = once
    self.cluster = cluster
    self.fault = fault
  }

  /// All requests so far, in the order of their arrival.
  public var seen: [RequestKey] { state.withLock { $0.seen } }
  /// Those that met a fault.
  public var injected: [RequestKey] { state.withLock { $0.injected } }

  /// From now on nothing meets a fault.
  public func end() { state.withLock { $0.isOver = true } }

  func decide(server: String, method: String, target: String) -> Fault? {
    var key = RequestKey(server: server, method: method, target: target, cluster: cluster)
    return state.withLock { state in
      state.counts[key.pattern, default: 0] += 1
      key.ordinal = state.counts[key.pattern] ?? 1
      state.seen.append(key)
      let isFirst = state.exact.insert("\(server) \(method) \(key.exactPath)").inserted
      guard !state.isOver, isFirst || !once, let fault = fault(key) else { return nil }
      state.injected.append(key)
      return fault
    }
  }
}
