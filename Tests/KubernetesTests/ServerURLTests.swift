import HTTP
import Testing

@testable import Kubernetes

@Suite struct ServerURLTests {
  @Test(
    "a server's URL is split into scheme, host, port and path",
    arguments: [
      ("https://127.0.0.1:6443", "https", HostPort("127.0.0.1", 6443), ""),
      ("https://[::1]:6443/k8s", "https", HostPort("::1", 6443), "/k8s"),
      ("http://localhost", "http", HostPort("localhost", 80), ""), ("https://a.b/", "https", HostPort("a.b", 443), "/"),
    ])
  func parts(url: String, scheme: String, authority: HostPort, path: String) throws {
    let parsed = try #require(ServerURL(url))
    #expect(parsed.scheme == scheme)
    #expect(parsed.authority == authority)
    #expect(parsed.path == path)
  }

  @Test("what is no URL of a server is refused", arguments: ["", "127.0.0.1:1", "ftp://a", "https://", "https://a:b"])
  func refused(url: String) {
    #expect(ServerURL(url) == nil)
  }

  @Test("the text of a Warning field is unquoted")
  func warnings() {
    #expect(WarningField.text(#"299 - "unknown field \"spec.x\"""#) == #"unknown field "spec.x""#)
    #expect(WarningField.text("299 - none") == nil)
  }
}
