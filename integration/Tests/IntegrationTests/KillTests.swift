import Endurance
import Harness
import Testing

extension Clusters {
  /// A short selection of what `soak kill` does for longer.
  @Suite("kills", .enabled(if: NodeImage.isStandIn, "the stand-in comes up in seconds"))
  struct Kills {
    @Test("killed at any moment, create ends in the same platform when it runs again, and nothing is left over")
    func kills() async throws {
      let test = try await KillTest()
      let limit = test.duration
      let kills = [
        // While the node is made, right after the control plane is there, and in the middle of the platform.
        Kill(moment: .after(limit / 8), signal: .kill),
        Kill(moment: .boundary(6), signal: .kill),
        Kill(moment: .boundary(test.boundaries - 9), signal: .terminate),
      ]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for kill in kills { group.addTask { _ = try await test.run(kill) } }
        try await group.waitForAll()
      }
    }

    @Test("of two creates of one name one wins and the other says so; two of different names both work")
    func concurrent() async throws {
      try await ConcurrentCreates.sameName()
      try await ConcurrentCreates.twoNames()
    }
  }
}
