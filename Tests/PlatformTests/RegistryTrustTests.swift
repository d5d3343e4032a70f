import Diagnostics
import Platform
import Testing

@Suite struct RegistryTrustTests {
  @Test("the registry is verified against the platform's certificate, at the port people use")
  func hosts() throws {
    let trust = RegistryTrust(try PlatformOptions(), address: "10.96.7.8")
    #expect(trust.hosts.path == "/etc/containerd/certs.d/gitea.cnoe.localtest.me:8443/hosts.toml")
    #expect(
      trust.hosts.text == """
        server = "https://gitea.cnoe.localtest.me:8443"

        [host."https://gitea.cnoe.localtest.me:8443"]
          capabilities = ["pull", "resolve"]
          ca = "/etc/containerd/certs.d/gitea.cnoe.localtest.me:8443/ca.crt"

        """)
  }

  @Test("with path routing and http the host itself is the registry, without a certificate")
  func plain() throws {
    let options = try PlatformOptions(host: "a.test", scheme: .http, port: 8080, usePathRouting: true)
    let trust = RegistryTrust(options, address: "10.96.7.8")
    #expect(trust.hosts.path == "/etc/containerd/certs.d/a.test:8080/hosts.toml")
    #expect(trust.hosts.text.contains("[host.\"http://a.test:8080\"]"))
    #expect(!trust.hosts.text.contains("ca ="))
    #expect(trust.resolveCommand.contains("10.96.7.8 a.test #"))
  }

  @Test("nothing that systemd would expand is left in the unit")
  func unit() throws {
    let text = RegistryTrust(try PlatformOptions(), address: "10.96.7.8").bootUnit.text
    #expect(text.hasPrefix("[Service]\nExecStartPre=-/bin/sh -c \"hosts=$$(grep"))
    #expect(text.contains("printf '%%s\\\\n' \\\"$$hosts\\\""))
  }
}
