import Diagnostics
import KindCluster
import Testing

@Suite struct ClusterNameTests {
  @Test("names that kind accepts are accepted", arguments: ["localdev", "a", "my-cluster.2", "0x"])
  func legal(name: String) throws {
    #expect(try ClusterName(name).text == name)
  }

  @Test(
    "names that would not work as host names are refused with the usage status",
    arguments: ["", "Upper", "under_score", "-a", "a-", ".a", "a/b", "ä", String(repeating: "x", count: 50)])
  func illegal(name: String) {
    let failure = #expect(throws: Failure.self) { try ClusterName(name) }
    #expect(failure?.status == .usage)
  }

  @Test("nodes of a role are numbered as kind numbers them: the first has no number")
  func nodeNames() throws {
    var cluster = ClusterConfiguration(name: try ClusterName("dev"), image: "image")
    cluster.nodes += [.init(role: .worker, image: "image"), .init(role: .worker, image: "image")]
    #expect(cluster.nodeNames == ["dev-control-plane", "dev-worker", "dev-worker2"])
    #expect(cluster.controlPlaneEndpoint == "dev-control-plane:6443")
  }
}
