import Certificates
import Diagnostics
import Documents
import Platform
import Testing

@Suite struct CertificateTests {
  @Test("it is valid for the hosts and every name below them, may sign, and lasts a year")
  func properties() throws {
    let options = try PlatformOptions(ingressHost: "x.example.net")
    let now = UnixTime(seconds: 1_800_000_000)
    let identity = try PlatformCertificate.make(options, now: now)
    #expect(
      Set(identity.certificate.names.map(\.description))
        == ["cnoe.localtest.me", "*.cnoe.localtest.me", "x.example.net", "*.x.example.net"])
    #expect(identity.certificate.isAuthority)
    #expect(identity.certificate.notAfter == now + .seconds(365 * 24 * 3600))
    let long = try PlatformOptions(host: String(repeating: "abcdefg.", count: 20) + "org")
    #expect(try PlatformCertificate.make(long).certificate.names.count == 2)
  }

  @Test("it stands where users and components look for it")
  func secrets() throws {
    let identity = try PlatformCertificate.make(PlatformOptions())
    let pem = Value.string(Base64.encode(Array(try identity.certificate.pem().utf8)))
    let secrets = try PlatformCertificate.secrets(identity)
    #expect(
      secrets.map { ObjectIdentity($0).description } == [
        "Secret ingress-nginx/idpbuilder-cert", "Secret default/idpbuilder-cert", "Secret argocd/argocd-server-tls",
      ])
    #expect(secrets.map { $0["type"] } == ["kubernetes.io/tls", "Opaque", "kubernetes.io/tls"])
    #expect(secrets[0]["data"]["tls.crt"] == pem && secrets[2]["data"]["tls.crt"] == pem)
    #expect(secrets[1]["data"] == ["ca.crt": pem])
    #expect(secrets[2]["metadata"]["labels"] == ["app.kubernetes.io/part-of": "argocd"])
  }

  @Test("an existing one is kept while it is valid and for the same names, otherwise the reason is given")
  func existing() throws {
    let options = try PlatformOptions()
    let now = UnixTime(seconds: 1_800_000_000)
    let identity = try PlatformCertificate.make(options, now: now)
    let secret = try PlatformCertificate.secrets(identity)[0]
    #expect(try PlatformCertificate.existing(in: secret, options, now: now).get() == identity)
    func reason(_ secret: Value?, _ options: PlatformOptions, days: Int) -> PlatformCertificate.Unusable? {
      let result = PlatformCertificate.existing(in: secret, options, now: now + .seconds(days * 24 * 3600))
      guard case .failure(let error) = result else { return nil }
      return error.reason
    }
    #expect(reason(nil, options, days: 0) == .missing)
    #expect(reason(["data": ["tls.crt": "!"]], options, days: 0) == .missing)
    #expect(reason(secret, options, days: 363) == nil)
    #expect(reason(secret, options, days: 365) == .expired(identity.certificate.notAfter))
    let other = try PlatformOptions(host: "other.example.org")
    #expect(reason(secret, other, days: 0)?.description == "it is for cnoe.localtest.me, *.cnoe.localtest.me")
  }

  @Test("the webhook's certificate is trusted by the configuration and found by the server")
  func webhook() throws {
    let webhook = try #require(IngressChoice.installed.webhook)
    let identity = try webhook.makeCertificate()
    let secret = try webhook.secret(identity)
    #expect(ObjectIdentity(secret).description == "Secret ingress-nginx/ingress-nginx-admission")
    #expect(secret["data"].members.keys == ["ca", "cert", "key"])
    #expect(webhook.existingCertificate(in: secret) == identity)
    #expect(webhook.existingCertificate(in: secret, now: identity.certificate.notAfter) == nil)
    #expect(webhook.existingCertificate(in: nil) == nil)

    var objects = try allObjects(PlatformOptions())
    let before = objects
    for index in objects.indices { try webhook.trust(identity, in: &objects[index]) }
    let changed = zip(before, objects).filter { $0 != $1 }.map(\.1)
    #expect(changed.count == 1)
    let configuration = try #require(changed.first)
    #expect(configuration["webhooks"][0]["clientConfig"]["caBundle"] == secret["data"]["ca"])
    // The deployment mounts the secret, the service is the one it is for.
    let deployment = try objects.object("Deployment", "ingress-nginx-controller")
    #expect(
      deployment["spec"]["template"]["spec"]["volumes"][0]["secret"]["secretName"] == .string(webhook.secret))
    #expect(configuration["webhooks"][0]["clientConfig"]["service"]["name"] == .string(webhook.service))
  }
}
