import Endurance
import FaultProxy
import Harness
import Testing

extension Clusters {
  /// A short selection of what `soak faults` and `soak requests` do for longer.
  @Suite("a faulty engine and API server", .enabled(if: NodeImage.isStandIn, "the stand-in comes up in seconds"))
  struct Faults {
    @Test("create recovers from busy servers and lost connections, and names what it cannot recover from")
    func selection() async throws {
      let matrix = try await FaultMatrix()
      // Both servers were really asked through the proxies.
      #expect(matrix.requests.contains { $0.server == "engine" } && matrix.requests.contains { $0.server == "api" })

      let busy = try await matrix.run(.tooManyRequests) { _ in true }
      #expect(isRecovered(busy), "\(busy.outcome)")
      #expect(busy.injected.count > 100)

      // A node whose kubeadm cannot be followed is given up; all else comes again.
      let lost = try await matrix.run(.reset) { !$0.path.hasPrefix("/exec/ID/start") }
      #expect(isRecovered(lost), "\(lost.outcome)")

      let broken = try await matrix.run(.serverError) { $0.path == "/containers/create" }
      guard case .gaveUp(let message) = broken.outcome else {
        Issue.record("an engine that makes no container was not noticed")
        return
      }
      #expect(message.contains("cannot create container") && message.contains("injected fault"), "\(message)")
    }

    private func isRecovered(_ run: FaultMatrix.Run) -> Bool {
      if case .recovered = run.outcome { true } else { false }
    }
  }
}
