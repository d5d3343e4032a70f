import DockerEngine
import Documents
import Kubernetes
import KindCluster
import Platform
import Testing

@testable import Bootstrap

@Suite("What a snapshot was made from")
struct SnapshotKeyTests {
  private func cluster(_ change: (inout ClusterConfiguration) -> Void = { _ in }) throws -> String {
    var configuration = ClusterConfiguration(name: try ClusterName("a"), image: "node")
    configuration.featureGates = ["A": true, "B": false, "C": true, "D": false]
    change(&configuration)
    return try SnapshotKey.cluster(configuration, image: "sha256:1")
  }

  private func platform(port: Int = 8443, path: Bool = false) async throws -> String {
    let options = try PlatformOptions(port: port, usePathRouting: path, usesStaticPassword: false)
    return try await SnapshotKey.platform(
      PlatformRun(
        engine: .init(.init(.unix("")), apiVersion: .oldest), clusterName: "a", options: options, customizations: [:],
        kubernetes: Promise(), after: [], publishedAddress: "127.0.0.1"))
  }

  @Test("the same cluster has the same key, however its dictionaries are ordered")
  func same() throws {
    let first = try cluster()
    for _ in 0..<20 { #expect(try cluster() == first) }
  }

  @Test("ports and addresses of this machine are no part of the cluster's key")
  func ports() throws {
    let one = try cluster { $0.nodes[0].extraPortMappings = [.init(containerPort: 443, hostPort: 8443)] }
    let other = try cluster {
      $0.networking.apiServerPort = 4711
      $0.nodes[0].extraPortMappings = [.init(containerPort: 443, hostPort: 9443, listenAddress: "0.0.0.0")]
    }
    #expect(one == other)
    #expect(try one != cluster { $0.nodes[0].extraPortMappings = [.init(containerPort: 80, hostPort: 8443)] })
  }

  @Test("everything else is")
  func differences() throws {
    let changes: [(inout ClusterConfiguration) -> Void] = [
      { _ in }, { $0.featureGates["A"] = false }, { $0.networking.podSubnet = "10.1.0.0/16" },
      { $0.nodes[0].labels["x"] = "y" }, { $0.containerdPatches = ["a = 1"] },
      { $0.nodes[0].extraMounts = [.init(hostPath: "/a", containerPath: "/b")] },
      { $0.networking.ipFamily = .dual }, { $0.networking.apiServerAddress = "0.0.0.0" },
    ]
    var keys = Set(try changes.map { try cluster($0) })
    let configuration = ClusterConfiguration(name: try ClusterName("a"), image: "node")
    keys.insert(try SnapshotKey.cluster(configuration, image: "sha256:2"))
    keys.insert(try SnapshotKey.cluster(configuration, image: "sha256:2", preloaded: ["x:1"]))
    let named = ClusterConfiguration(name: try ClusterName("b"), image: "node")
    keys.insert(try SnapshotKey.cluster(named, image: "sha256:2"))
    #expect(keys.count == changes.count + 3)
  }

  @Test("the platform's key is that of its rendered objects")
  func platforms() async throws {
    let plain = try await platform()
    #expect(try await platform() == plain)
    #expect(try await platform(port: 9443) != plain)
    #expect(try await platform(path: true) != plain)
    #expect(try await SnapshotKey.platform(nil) == SnapshotKey.none)
  }

  @Test("a restored cluster that is there already keeps its ports; a new one gets a free port for its API server")
  func requests() throws {
    func request(_ port: String) -> Value {
      ["HostConfig": ["PortBindings": ["6443/tcp": [["HostIp": "127.0.0.1", "HostPort": .string(port)]]]]]
    }
    let kept = try RestoreRequest.make(request("1"), present: request("4711"))
    #expect(NodeContainer.apiServerBinding(kept)?.port == 4711)
    let port = try #require(NodeContainer.apiServerBinding(try RestoreRequest.make(request("1"), present: nil))?.port)
    #expect(port > 1)
  }

  @Test(
    "sizes are short",
    arguments: [
      (Int64(0), "0 B"), (999, "999 B"), (2_345_678, "2.3 MB"), (244_000_000, "244 MB"), (3_450_000_000, "3.5 GB"),
    ])
  func sizes(_ bytes: Int64, _ text: String) { #expect(ByteCount.text(bytes) == text) }
}
