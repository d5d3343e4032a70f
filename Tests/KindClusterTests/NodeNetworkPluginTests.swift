import Documents
import KindCluster
import Testing

@Suite struct NodeNetworkPluginTests {
  @Test(
    "the first node's range is the first /24 of the pod subnet",
    arguments: [
      ("10.244.0.0/16", "10.244.0.0/24"), ("10.1.7.0/16", "10.1.0.0/24"), ("192.168.4.0/24", "192.168.4.0/24"),
    ])
  func firstRange(subnet: String, range: String) {
    var networking = Networking()
    networking.podSubnet = subnet
    #expect(NodeNetworkPlugin.firstNodeRanges(networking) == [range])
  }

  @Test(
    "nothing is guessed for subnets that are not plain IPv4", arguments: ["10.244.0.0/25", "fd00::/56", "x/16", ""])
  func notGuessed(subnet: String) {
    var networking = Networking()
    networking.podSubnet = subnet
    #expect(NodeNetworkPlugin.firstNodeRanges(networking) == nil)
  }

  @Test("nothing is written when the user brings another network plug-in")
  func disabled() {
    var networking = Networking()
    networking.disableDefaultCNI = true
    #expect(NodeNetworkPlugin.firstNodeRanges(networking) == nil)
  }

  @Test("the file has the layout that kindnetd writes")
  func layout() {
    let file = NodeNetworkPlugin.configuration(podRanges: ["10.244.0.0/24"], mtu: 1500)
    #expect(file["plugins"][0]["ipam"]["ranges"] == [[["subnet": "10.244.0.0/24"]]])
    #expect(file["plugins"][0]["ipam"]["routes"] == [["dst": "0.0.0.0/0"]])
    #expect(file["plugins"][0]["mtu"] == 1500)
    #expect(file["plugins"][1]["type"] == "portmap")
  }
}
