import Diagnostics
import Platform
import Testing

@Suite struct OptionsTests {
  @Test("the defaults are idpbuilder's")
  func defaults() throws {
    let options = try PlatformOptions()
    #expect(options.host == "cnoe.localtest.me")
    #expect(options.ingressHost == options.host)
    #expect(options.giteaURL == "https://gitea.cnoe.localtest.me:8443")
    #expect(options.argoCDURL == "https://argocd.cnoe.localtest.me:8443")
    #expect(options.registry == "gitea.cnoe.localtest.me:8443")
    #expect(options.hosts == ["cnoe.localtest.me"])
    #expect(options.argoCDWebhookURL == "https://argocd-server.argocd.svc.cluster.local/api/webhook")
    let repository = Names.repository(cluster: "localdev", package: "argocd")
    #expect(
      options.repositoryURL(repository)
        == "https://gitea.cnoe.localtest.me:8443/giteaAdmin/idpbuilder-localdev-argocd.git")
  }

  @Test("with path routing everything is below the host")
  func pathRouting() throws {
    let options = try PlatformOptions(host: "IDP.example.org", scheme: .http, port: 80, usePathRouting: true)
    #expect(options.giteaURL == "http://idp.example.org:80/gitea")
    #expect(options.argoCDURL == "http://idp.example.org:80/argocd")
    #expect(options.registry == "idp.example.org:80")
    #expect(options.argoCDWebhookURL == "http://argocd-server.argocd.svc.cluster.local/api/webhook")
    #expect(options.repositoryURL("r", owner: "o") == "http://idp.example.org:80/gitea/o/r.git")
  }

  @Test(
    "what is not a DNS name is refused as a host, naming the option",
    arguments: [
      "", "a b", "-a.b", "a-.b", "a..b", "a_b.c", "127.0.0.1", "*.a", "a/b", "ä.de", "a.b:80",
      String(repeating: "a", count: 64) + ".b",
    ])
  func badHost(host: String) {
    let error = #expect(throws: Failure.self) { try PlatformOptions(host: host) }
    #expect(error?.status == .usage)
    #expect(error?.what.hasPrefix("--host") == true)
    if !host.isEmpty {
      #expect(throws: Failure.self) { try PlatformOptions(ingressHost: host) }
    }
  }

  @Test("ports outside 1 to 65535 are refused", arguments: [0, -1, 65_536])
  func badPort(port: Int) {
    let error = #expect(throws: Failure.self) { try PlatformOptions(port: port) }
    #expect(error?.status == .usage)
  }

  @Test("an option that differs from the cluster's is named with both values; a later password is not")
  func compatibility() throws {
    let first = try PlatformOptions(port: 8443)
    let localbuild = BuildRecords(cluster: "c", options: first, startTime: "t").localbuild(certificatePEM: somePEM)
    try first.requireSame(as: localbuild, cluster: "c")
    try first.requireSame(as: nil, cluster: "c")
    try PlatformOptions(usesStaticPassword: true).requireSame(as: localbuild, cluster: "c")
    let other = try PlatformOptions(port: 9443, usePathRouting: true)
    let error = #expect(throws: Failure.self) { try other.requireSame(as: localbuild, cluster: "c") }
    #expect(
      error?.cause == """
        --port is 8443 there, 9443 was asked for
        --use-path-routing is false there, true was asked for
        """)
    #expect(error?.status == .cannotCreate)
  }
}
