import Endurance
import FaultProxy
import Harness
import Testing

extension Clusters {
  /// A short selection of what `soak faults` does for longer.
  @Suite("a faulty engine and API server", .enabled(if: NodeImage.isStandIn, "the stand-in comes up in seconds"))
  struct Faults {
    @Test("create recovers from faults of every type of both servers, and names what it cannot recover from")
    func selection() async throws {
      let matrix = try await FaultMatrix()
      let (plan, types) = mixture(matrix.kinds)
      for server in ["engine", "api"] { #expect(types[server] == Set(Fault.allCases.filter { $0 != .endless })) }

      async let mixed = matrix.run("a mixture") { plan[$0.pattern] }
      async let refusing = matrix.run(.serverError) { $0.path == "/containers/create" }
      async let endlessEngine = matrix.run(.endless) { $0.path == "/_ping" }
      async let endlessServer = matrix.run(.endless) { $0.path == "/readyz" }

      let outcome = try await mixed
      #expect(ending(outcome) == nil, "\(ending(outcome) ?? "") after \(outcome.injected.suffix(4))")
      #expect(outcome.injected.count > 100)
      let refused = ending(try await refusing) ?? ""
      #expect(refused.contains("cannot create container") && refused.contains("injected fault"), "\(refused)")
      let silent = ending(try await endlessEngine) ?? ""
      #expect(silent.contains("did not answer in time"), "\(silent)")
      // The server is asked again until it is ready.
      #expect(ending(try await endlessServer) == nil)
    }

    /// A fault for each kind of request that recovers from it, so that each server shows each type.
    private func mixture(_ kinds: [String]) -> (plan: [String: Fault], types: [String: Set<Fault>]) {
      var plan: [String: Fault] = [:]
      var types: [String: Set<Fault>] = [:]
      var (delayed, refused): (Set<Substring>, Set<Substring>) = ([], [])
      let usual: [Fault] = [.tooManyRequests, .truncated, .serverError, .reset]
      for (index, kind) in kinds.enumerated() {
        let words = kind.split(separator: " ", maxSplits: 2)
        let fault: Fault? =
          switch (words[1], words[2]) {
          // What kubeadm prints cannot be had a second time.
          case ("POST", "/exec/ID/start"): nil
          // A name that is taken is looked at.
          case ("POST", "/containers/create"): .conflict
          case ("PATCH", _) where index % 4 == 0: .conflict
          case ("GET", _) where delayed.insert(words[0]).inserted: .delayed
          // Nobody listens for a moment: once is enough, since that meets all that is asked meanwhile.
          case ("GET", _) where refused.insert(words[0]).inserted: .refused
          default: usual[index % usual.count]
          }
        plan[kind] = fault
        if let fault { types[String(words[0]), default: []].insert(fault) }
      }
      return (plan, types)
    }

    private func ending(_ run: FaultMatrix.Run) -> String? {
      if case .gaveUp(let message) = run.outcome { message } else { nil }
    }
  }
}
