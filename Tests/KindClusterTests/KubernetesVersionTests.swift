import Diagnostics
import KindCluster
import Testing

@Suite struct KubernetesVersionTests {
  @Test("versions are read with and without v and suffix, and ordered by number")
  func reading() throws {
    let release = try KubernetesVersion("v1.36.1")
    let candidate = try KubernetesVersion("1.37.0-rc.1+abc")
    #expect(candidate.text == "v1.37.0-rc.1+abc")
    #expect(release < candidate)
    #expect(release.isAtLeast(1, 36) && !release.isAtLeast(1, 37) && candidate.isAtLeast(1, 37))
    #expect(try KubernetesVersion("v1.9.0") < KubernetesVersion("v1.10.0"))
  }

  @Test("what is not three numbers is refused", arguments: ["", "v1", "1.36", "1.36.x", "1.36.1.2", "latest"])
  func refused(text: String) {
    #expect(throws: Failure.self) { try KubernetesVersion(text) }
  }
}
