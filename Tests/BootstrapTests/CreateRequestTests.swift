import Diagnostics
import KindCluster
import Platform
import Testing

@testable import Bootstrap

@Suite struct CreateRequestTests {
  func request(_ change: (inout CreateOptions) -> Void = { _ in }) async throws -> CreateRequest {
    var options = CreateOptions()
    options.clusterOnly = false
    change(&options)
    return try await CreateRequest(options, environment: [:])
  }

  @Test("the platform's ports are published on loopback, the ingress node is labelled")
  func ports() async throws {
    let node = try await request().cluster.nodes[0]
    #expect(node.labels["ingress-ready"] == "true")
    #expect(
      node.extraPortMappings == [
        .init(containerPort: 443, hostPort: 8443), .init(containerPort: 32222, hostPort: 32222),
      ])
  }

  @Test("http is published from port 80 of the node, on the address and port asked for, with the extra ports")
  func http() async throws {
    let node = try await request {
      $0.scheme = .http
      $0.port = 8080
      $0.listenAddress = "0.0.0.0"
      $0.extraPorts = [PortPair(host: 2222, node: 22)]
    }.cluster.nodes[0]
    #expect(node.extraPortMappings.map(\.containerPort) == [80, 32222, 22])
    #expect(node.extraPortMappings.map(\.hostPort) == [8080, 32222, 2222])
    #expect(node.extraPortMappings.allSatisfy { $0.listenAddress == "0.0.0.0" })
  }

  @Test("a cluster without the platform publishes nothing but its API server")
  func clusterOnly() async throws {
    let request = try await request { $0.clusterOnly = true }
    #expect(request.platform == nil)
    #expect(request.cluster.nodes[0].extraPortMappings.isEmpty)
  }

  @Test(
    "wrong options are refused before anything is touched",
    arguments: [
      { (options: inout CreateOptions) in options.host = "not a name" },
      { $0.port = 0 },
      { $0.extraPorts = [PortPair(host: 8443, node: 9000)] },
      { $0.kindConfig = "/nonexistent/kind.yaml" },
      { $0.registryConfig = "/nonexistent/config.json" },
      { $0.packageCustomFiles = ["argocd:/nonexistent.yaml"] },
      { $0.packageCustomFiles = ["harbor:/etc/hostname"] },
      { $0.name = "Bad" },
      { $0.kubeVersion = "v0.1.0" },
    ] as [@Sendable (inout CreateOptions) -> Void])
  func refused(change: @Sendable (inout CreateOptions) -> Void) async {
    let failure = await #expect(throws: Failure.self) { try await request(change) }
    #expect(failure?.status == .usage || failure?.status == .badInput)
  }
}
