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
  private let fault: Fault?
  private let isMeant: @Sendable (RequestKey) -> Bool
  private let once: Bool

  /// A plan for one run.
  /// - Parameters:
  ///   - cluster: the run's cluster.
  ///   - fault: the fault; nil to watch only.
  ///   - once: only the first request of each method and path gets it, so that the same asked again passes.
  ///   - isMeant: which requests get it.
  public init(
    cluster: String, fault: Fault?, once: Bool = true,
    isMeant: @escaping @Sendable (RequestKey) -> Bool = { _ in true }
  ) {
    self.once = once
    self.cluster = cluster
    self.fault = fault
    self.isMeant = isMeant
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
      guard let fault, !state.isOver, isFirst || !once, isMeant(key) else { return nil }
      state.injected.append(key)
      return fault
    }
  }
}
