public import FaultProxy
import Harness

/// Every request that `create` makes meets every fault once; `create` recovers, or ends with a clear error in time, and
/// the next one succeeds.
public struct FaultMatrix: Sendable {
  /// How a run with faults ended.
  public enum Outcome: Sendable {
    case recovered
    /// It ended with an error; its first line.
    case gaveUp(String)
  }

  /// What came of one run.
  public struct Run: Sendable {
    /// The requests that met the fault.
    public var injected: [RequestKey]
    /// How it ended.
    public var outcome: Outcome
    /// How long it took.
    public var duration: Duration
  }

  /// The requests of a run without faults.
  public let requests: [RequestKey]

  /// The kinds of request, each by ``RequestKey/pattern``, sorted.
  public var kinds: [String] { Set(requests.map(\.pattern)).sorted() }

  /// The longest that a run may take: the platform's own deadlines are longer than any single request's.
  private static let limit = Duration.seconds(300)

  /// Runs `create` once through proxies that do nothing.
  /// - Throws: ``ProgramError`` if that fails.
  public init() async throws {
    requests = try await Scenario.run("watched") { scenario in
      let plan = FaultPlan(cluster: scenario.cluster)
      let result = try await Self.create(scenario, plan)
      guard result.status == 0 else { throw ProgramError("create fails through the proxies: \(result.transcript)") }
      return plan.seen
    }
  }

  /// Runs `create` with a fault, and then without.
  /// - Parameters:
  ///   - fault: the fault.
  ///   - once: as for ``FaultPlan``.
  ///   - isMeant: which requests meet it.
  /// - Returns: what came of it.
  /// - Throws: ``ProgramError`` that says what is not as it should be.
  public func run(
    _ fault: Fault, once: Bool = true, isMeant: @escaping @Sendable (RequestKey) -> Bool
  ) async throws -> Run {
    try await run(fault.rawValue, once: once) { isMeant($0) ? fault : nil }
  }

  /// Runs `create` with faults, and then without.
  /// - Parameters:
  ///   - name: what the faults are called.
  ///   - once: as for ``FaultPlan``.
  ///   - fault: which fault a request meets.
  /// - Returns: what came of it.
  /// - Throws: ``ProgramError`` that says what is not as it should be.
  public func run(
    _ name: String, once: Bool = true, fault: @escaping @Sendable (RequestKey) -> Fault?
  ) async throws -> Run {
    try await Scenario.run("fault") { scenario in
      let plan = FaultPlan(cluster: scenario.cluster, once: once, fault: fault)
      let world = try await ObservedWorld(scenario)
      let result = try await Self.create(scenario, plan, environment: world.environment)
      let what = "\(name) at \(plan.injected.map(\.description).suffix(3))"
      if result.ranOutOfTime { throw ProgramError("\(what): create hangs: \(result.errors.suffix(500))") }
      var outcome = Outcome.recovered
      if result.status != 0 { outcome = .gaveUp(try await Self.message(result, what, scenario)) }

      let again = try await scenario.start(scenario.platformArguments(), environment: world.environment).result()
      scenario.note("again: \(again.transcript)")
      guard again.status == 0 else {
        throw ProgramError("\(what): the next create fails: \(again.errors); the first: \(result.errors)")
      }
      var faults = try await world.faultsOfMachine(clusters: [scenario.cluster])
      // The logs of a node that failed are kept where the message says.
      faults.removeAll { $0.contains("/idpbuilder-\(scenario.cluster)-") || $0.hasSuffix("/engine.sock") }
      guard faults.isEmpty else { throw ProgramError("\(what): \(faults.joined(separator: "; "))") }
      return Run(injected: plan.injected, outcome: outcome, duration: result.duration)
    }
  }

  private static func create(
    _ scenario: Scenario, _ plan: FaultPlan, environment: [String: String?] = [:]
  ) async throws -> ProgramResult {
    let proxies = try ProxiedWorld(scenario, plan)
    defer { proxies.stop() }
    let all = environment.merging(proxies.environment) { $1 }
    let arguments = try await scenario.platformArguments() + ["-o", "json"]
    let program = try scenario.start(arguments, environment: all, limit: limit)
    // What is asked while a failure is cleaned up after is not what failed.
    async let failed = program.output { $0.contains(#"failed","#) }
    if await failed { plan.end() }
    let result = await program.result()
    plan.end()
    scenario.note("with the proxies: \(result.transcript)")
    return result
  }

  /// The first line of an error that is as errors must be.
  private static func message(_ result: ProgramResult, _ what: String, _ scenario: Scenario) async throws -> String {
    let documented: Set<Int32> = [1, 64, 65, 66, 69, 73, 74, 75, 76, 77, 78]
    guard documented.contains(result.status) else {
      throw ProgramError("\(what): create ended with \(result.status): \(result.errors)")
    }
    // In the picture above a step that failed has a mark as well; the message comes last.
    let lines = result.errors.split(separator: "\n").map(String.init)
    guard let index = lines.lastIndex(where: { $0.hasPrefix("✗ ") }) else {
      throw ProgramError("\(what): no message: \(result.errors)")
    }
    let rest = lines[index...]
    guard rest.count > 1 || lines[index].count > 30 else { throw ProgramError("\(what): it says only \(lines[index])") }
    let remains = try await Docker().containers(cluster: scenario.cluster)
    if !remains.isEmpty, !rest.contains(where: { $0.contains("state") || $0.contains(scenario.cluster) }) {
      throw ProgramError("\(what): it leaves \(remains) and does not say so: \(rest.joined(separator: "\n"))")
    }
    return rest.map { $0.split(separator: " ").joined(separator: " ") }.joined(separator: " · ")
  }
}
