import Documents
import Testing

@testable import KindCluster

@Suite struct APIServerEndpointTests {
  @Test(
    "an inspected and a listed container give the same address",
    arguments: [
      ("127.0.0.1", "https://127.0.0.1:41235"), ("0.0.0.0", "https://localhost:41235"),
      ("", "https://localhost:41235"), ("::", "https://localhost:41235"), ("fd00::1", "https://[fd00::1]:41235"),
    ])
  func address(host: String, url: String) {
    let inspected: Value = [
      "NetworkSettings": ["Ports": ["6443/tcp": [["HostIp": .string(host), "HostPort": "41235"]]]]
    ]
    let listed: Value = [
      "Ports": [
        ["PrivatePort": 443, "PublicPort": 8443, "Type": "tcp"],
        ["IP": .string(host), "PrivatePort": 6443, "PublicPort": 41235, "Type": "tcp"],
      ]
    ]
    #expect(APIServerEndpoint.url(of: inspected) == url)
    #expect(APIServerEndpoint.url(ofListed: listed) == url)
  }

  @Test("the address that Docker Desktop notes counts; what is not published has none")
  func exceptions() {
    let labels: Value = ["desktop.docker.io/ports/6443/tcp": "127.0.0.1:6000"]
    #expect(APIServerEndpoint.url(of: ["Config": ["Labels": labels]]) == "https://127.0.0.1:6000")
    #expect(APIServerEndpoint.url(ofListed: ["Labels": labels]) == "https://127.0.0.1:6000")
    #expect(APIServerEndpoint.url(ofListed: ["Ports": [["PrivatePort": 6443, "Type": "tcp"]]]) == nil)
    #expect(APIServerEndpoint.url(ofListed: [:]) == nil)
  }

  @Test("the API server's certificate is good for the name in the address", arguments: ["127.0.0.1", "0.0.0.0", "::"])
  func certificate(address: String) throws {
    var cluster = ClusterConfiguration(name: try ClusterName("dev"), image: "image")
    cluster.networking.apiServerAddress = address
    let documents = try KubeadmConfiguration(
      cluster: cluster, node: cluster.nodes[0], nodeName: "dev-control-plane", nodeAddresses: ["172.18.0.2"],
      version: KubernetesVersion("v1.36.1")
    ).documents()
    let inspected: Value = [
      "NetworkSettings": ["Ports": ["6443/tcp": [["HostIp": .string(address), "HostPort": "41235"]]]]
    ]
    let url = try #require(APIServerEndpoint.url(of: inspected))
    let names = documents[0]["apiServer"]["certSANs"].elements.compactMap(\.stringValue)
    #expect(names.contains { url == "https://\($0):41235" })
  }
}
