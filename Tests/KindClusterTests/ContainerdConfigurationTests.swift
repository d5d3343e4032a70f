import Diagnostics
import KindCluster
import Testing

@Suite struct ContainerdConfigurationTests {
  private let file = """
    version = 2
    [plugins."io.containerd.grpc.v1.cri"]
      sandbox_image = "registry.k8s.io/pause:3.10"
      restrict_oom_score_adj = false
    [plugins."io.containerd.grpc.v1.cri".containerd]
      snapshotter = "overlayfs"
    """

  @Test("a patch adds tables and replaces values; everything else stays")
  func merging() throws {
    let patch = """
      [plugins."io.containerd.grpc.v1.cri".registry]
        config_path = "/etc/containerd/certs.d"
      [plugins."io.containerd.grpc.v1.cri"]
        restrict_oom_score_adj = true
      """
    let merged = try ContainerdConfiguration.merging([patch], into: file)
    for line in [
      "config_path = '/etc/containerd/certs.d'", "restrict_oom_score_adj = true", "snapshotter = 'overlayfs'",
      "sandbox_image = 'registry.k8s.io/pause:3.10'", "version = 2",
    ] {
      #expect(merged.split(separator: "\n").contains { $0.drop(while: { $0 == " " }) == line }, "\(line) in \(merged)")
    }
  }

  @Test("a patch for another version of the file is left out, as by kind")
  func version() throws {
    let (fits, other) = ("version = 2\n[a]\nb = 2", "version = 3\n[a]\nc = 3")
    let merged = try ContainerdConfiguration.merging([fits, other], into: file)
    #expect(merged.contains("version = 2") && merged.contains("b = 2") && !merged.contains("c = 3"))
  }

  @Test("merging nothing keeps the meaning")
  func nothing() throws {
    let once = try ContainerdConfiguration.merging([], into: file)
    #expect(try ContainerdConfiguration.merging([], into: once) == once)
  }

  @Test("a patch that is not TOML is refused and named")
  func refused() {
    let failure = #expect(throws: Failure.self) { try ContainerdConfiguration.check(["a = 1", "[x"]) }
    #expect(failure?.what.contains("containerdConfigPatches[1]") == true)
    #expect(failure?.status == .badInput)
  }
}
