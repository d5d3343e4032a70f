import Harness
import Testing

@Suite("idpbuilder version", .enabled(if: HarnessEnvironment.binary != nil, "needs the idpbuilder binary"))
struct VersionTests {
  @Test("version prints one line to standard output and nothing else")
  func version() async throws {
    try await Scenario.run { scenario in
      let result = try await scenario.idpbuilder("version")
      #expect(result.status == 0)
      #expect(!result.output.isEmpty)
      #expect(result.errors.isEmpty)
    }
  }
}
