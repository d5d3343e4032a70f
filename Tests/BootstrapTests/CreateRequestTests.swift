import Diagnostics
import Documents
import FoundationEssentials
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
    #expect(node.extraPortMappings.allSatisfy { $0.listenAddress == "127.0.0.1" })
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

  @Test(
    "ports that differ in transport or address are no collision, and do not keep the platform's from being published")
  func shared() async throws {
    let file = FileManager.default.temporaryDirectory.path + "/kind-\(UUID().uuidString).yaml"
    let text = """
      kind: Cluster
      apiVersion: kind.x-k8s.io/v1alpha4
      nodes:
      - role: control-plane
        extraPortMappings:
        - {containerPort: 443, hostPort: 8443, protocol: UDP}
        - {containerPort: 9000, hostPort: 8443, listenAddress: 127.0.0.9}

      """
    try Data(text.utf8).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let mappings = try await request { $0.kindConfig = file }.cluster.nodes[0].extraPortMappings
    #expect(mappings.contains { $0.containerPort == 443 && $0.hostPort == 8443 && $0.transport == .tcp })
    // All addresses include that one.
    let failure = await #expect(throws: Failure.self) {
      try await request {
        $0.kindConfig = file
        $0.listenAddress = "0.0.0.0"
      }
    }
    #expect(failure?.what == "port 8443 is wanted twice")
  }

  @Test("two files for one core package are refused: only one of them could count")
  func twoFiles() async throws {
    let file = FileManager.default.temporaryDirectory.path + "/custom-\(UUID().uuidString).yaml"
    try Data("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}".utf8).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let failure = await #expect(throws: Failure.self) {
      try await request { $0.packageCustomFiles = ["argocd:\(file)", "argocd:\(file)"] }
    }
    #expect(failure?.status == .usage && failure?.what.contains("argocd") == true)
  }

  @Test("a cluster that publishes nothing for the platform is refused, with the way out")
  func unpublished() async throws {
    let platform = try #require(try await request().platform)
    let name = try ClusterName("demo")
    func container(_ node: String, _ host: String) -> Value {
      ["HostConfig": ["PortBindings": [node: [["HostIp": "127.0.0.1", "HostPort": .string(host)]]]]]
    }
    try platform.requirePublished(container("443/tcp", "8443"), name)
    // Something in front of the cluster has port 8443.
    try platform.requirePublished(container("443/tcp", "9443"), name)
    let failure = #expect(throws: Failure.self) { try platform.requirePublished(container("6443/tcp", "40000"), name) }
    #expect(failure?.status == .cannotCreate && failure?.remedy?.contains("--recreate") == true)
  }

  @Test("credentials in the address of a kind configuration are not shown")
  func address() {
    let shown = KindConfigurationSource.withoutCredentials
    #expect(shown("https://user:to@ken@host/a@b.yaml") == "https://host/a@b.yaml")
    #expect(shown("https://host/a@b.yaml") == "https://host/a@b.yaml")
    #expect(shown("a@b.yaml") == "a@b.yaml")
    // An accent after the @ makes another character of it.
    #expect(!shown("https://user:word@\u{301}host/b.yaml").contains("word"))
  }

  @Test("host paths of a kind configuration count from the working directory, as with kind")
  func hostPaths() async throws {
    let file = FileManager.default.temporaryDirectory.path + "/kind-\(UUID().uuidString).yaml"
    let text = """
      kind: Cluster
      apiVersion: kind.x-k8s.io/v1alpha4
      nodes:
      - extraMounts: [{hostPath: data, containerPath: /a}, {hostPath: /b, containerPath: /b}]
      """
    try Data(text.utf8).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let mounts = try await request { $0.kindConfig = file }.cluster.nodes[0].extraMounts
    #expect(mounts.map(\.hostPath) == ["\(FileManager.default.currentDirectoryPath)/data", "/b"])
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
      { $0.listenAddress = "localhost" },
      { $0.registryConfig = "/etc" },
      { $0.registryConfig = "" },
      { $0.name = "Bad" },
      { $0.kubeVersion = "v0.1.0" },
    ] as [@Sendable (inout CreateOptions) -> Void])
  func refused(change: @Sendable (inout CreateOptions) -> Void) async {
    let failure = await #expect(throws: Failure.self) { try await request(change) }
    #expect(failure?.status == .usage || failure?.status == .badInput)
  }
}
