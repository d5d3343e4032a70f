import Harness

/// The whole platform, from nothing to deleted.
struct PlatformPart {
  let bench: Bench

  init(_ bench: Bench) { self.bench = bench }

  func round(_ round: Int, _ samples: inout Samples) async throws {
    var contenders = [Contender.ours]
    // The stand-in runs no containers: whoever waits for them by hand waits for nothing.
    if bench.settings.kind != nil, bench.settings.kubectl != nil, !bench.settings.isStandIn {
      contenders.append(.byHand)
    }
    if bench.settings.peer != nil { contenders.append(.peer) }
    for contender in bench.order(contenders, round: round) {
      complain("platform, round \(round) of \(bench.settings.rounds): \(contender.rawValue)")
      do {
        switch contender {
        case .byHand: try await PlatformByHand(bench).measure(&samples)
        case .peer: try await GivenPlatform(bench, .peer, bench.settings.peer ?? "").measure(&samples)
        default: try await GivenPlatform(bench, .ours, bench.settings.program).measure(&samples)
        }
      } catch {
        try? await remove(contender)
        guard contender != .ours else { throw error }
        samples.note("\(error)")
      }
    }
  }

  /// Clears away what a contender that failed left.
  private func remove(_ contender: Contender) async throws {
    try await bench.measured(.ours, bench.settings.program, ["delete", "--name", "bench"])
  }
}
