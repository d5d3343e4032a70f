import Testing

@testable import DockerEngine

@Suite("the engine's greeting") struct EngineGreetingTests {
  @Test(
    "names the product as its users do",
    arguments: [
      ("Docker/28.5.2+dfsg4 (linux)", "Docker Engine 28.5.2+dfsg4"), ("Libpod/5.8.6 (linux)", "Podman 5.8.6"),
      ("other/1", "other 1"), ("other", "other"), ("", "Docker Engine"), (nil, "Docker Engine"),
    ])
  func product(server: String?, expected: String) {
    #expect(EngineGreeting(apiVersion: "1.44", server: server).product == expected)
  }

  @Test("has no version when the engine says none, or nonsense")
  func version() {
    #expect(EngineGreeting(apiVersion: "1.51", server: nil).apiVersion == APIVersion("1.51"))
    #expect(EngineGreeting(apiVersion: nil, server: nil).apiVersion == nil)
    #expect(EngineGreeting(apiVersion: "new", server: nil).apiVersion == nil)
  }
}
