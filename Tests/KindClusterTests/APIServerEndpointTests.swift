import Documents
import Testing

@testable import KindCluster

@Suite struct APIServerEndpointTests {
  @Test(
    "an inspected and a listed container give the same address",
    arguments: [
      ("127.0.0.1", "https://127.0.0.1:41235"), ("0.0.0.0", "https://127.0.0.1:41235"), ("", "https://127.0.0.1:41235"),
      ("::", "https://[::1]:41235"), ("fd00::1", "https://[fd00::1]:41235"),
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
}
