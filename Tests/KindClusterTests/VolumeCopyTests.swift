import Testing

@testable import KindCluster

@Suite("Copies of volumes")
struct VolumeCopyTests {
  @Test("the helper's report is read from its last line")
  func report() throws {
    let text = "cp: warning\nlinked=yes size=3400000000 copied=290000000\n"
    let outcome = try #require(VolumeCopy.Outcome(report: text))
    #expect(outcome == VolumeCopy.Outcome(isLinked: true, size: 3_400_000_000, copied: 290_000_000))
  }

  @Test("a helper that said nothing sensible did nothing", arguments: ["", "linked=yes", "linked=yes size=x copied=1"])
  func nonsense(_ text: String) {
    #expect(VolumeCopy.Outcome(report: text) == nil)
  }

  @Test("file systems of containers are never linked")
  func containers() {
    #expect(NodeVolume.rules(hasContainers: true).linked == [NodeVolume.content])
    #expect(NodeVolume.rules(hasContainers: false).linked == [NodeVolume.content, NodeVolume.layers])
  }
}

@Suite("The API server's service address")
struct ServiceAddressTests {
  @Test(
    "is the first of the service range",
    arguments: [
      ("10.96.0.0/16", "10.96.0.1"), ("10.96.7.9/12", "10.96.0.1"), ("fd00::/112,172.30.0.0/24", "172.30.0.1"),
    ])
  func first(_ range: String, _ address: String) {
    var networking = Networking()
    networking.serviceSubnet = range
    #expect(ServiceAddress.apiServer(networking) == address)
  }

  @Test("is unknown for ranges without IPv4", arguments: ["fd00::/112", "", "10.96.0.0", "10.96.0/16"])
  func unknown(_ range: String) {
    var networking = Networking()
    networking.serviceSubnet = range
    #expect(ServiceAddress.apiServer(networking) == nil)
  }

  @Test("its rule survives systemd's reading of dollar signs")
  func escaping() {
    let text = ServiceAddress.bootUnit("10.96.0.1").text
    #expect(text.contains("--to-destination $$node:6443"))
    let single = text.split(separator: "$$", omittingEmptySubsequences: false).joined()
    #expect(!single.contains("$"))
  }
}
