import Diagnostics
import Testing

@testable import Certificates

@Suite("Certificates")
struct CertificateTests {
  static func template(_ names: [String] = ["cnoe.localtest.me", "*.cnoe.localtest.me", "127.0.0.1", "::1"]) throws
    -> CertificateTemplate
  {
    CertificateTemplate(
      commonName: "cnoe.localtest.me", organization: "cnoe.io", names: try names.map { try SubjectName($0) },
      isAuthority: true)
  }

  @Test("a self-signed certificate says what the template says")
  func selfSigned() throws {
    let now = UnixTime(seconds: 1_800_000_000)
    let certificate = try CertificateIdentity.selfSigned(Self.template(), now: now).certificate
    #expect(
      certificate.names == [
        .dns("cnoe.localtest.me"), .dns("*.cnoe.localtest.me"), .address("127.0.0.1"), .address("::1"),
      ])
    #expect(certificate.commonName == "cnoe.localtest.me")
    #expect(certificate.issuerCommonName == "cnoe.localtest.me")
    #expect(certificate.isAuthority)
    #expect(certificate.notBefore == UnixTime(seconds: now.seconds - 300))
    #expect(certificate.notAfter == now + .seconds(365 * 24 * 3600))
    #expect(try certificate.fingerprint().count == 64)
  }

  @Test("PEM text is read back as the same certificate, whatever stands around it")
  func pem() throws {
    let identity = try CertificateIdentity.selfSigned(Self.template())
    let pem = try identity.certificate.pem()
    #expect(pem.hasPrefix("-----BEGIN CERTIFICATE-----\n") && pem.hasSuffix("-----END CERTIFICATE-----\n"))
    #expect(try Certificate(pem: "subject=someone\n\(pem)\nrest") == identity.certificate)
    let other = try CertificateIdentity.selfSigned(Self.template())
    #expect(try Certificate.all(inPEM: pem + other.certificate.pem()) == [identity.certificate, other.certificate])
    #expect(try CertificateIdentity(certificatePEM: pem, privateKeyPEM: identity.privateKeyPEM) == identity)
  }

  @Test("a private key never shows in a description")
  func secret() throws {
    let identity = try CertificateIdentity.selfSigned(Self.template())
    #expect(identity.privateKeyPEM.revealed.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
    #expect(!"\(identity)".contains("PRIVATE KEY"))
  }

  @Test("text that holds no certificate, or a damaged one, is refused with OpenSSL's message", arguments: 0..<40)
  func damaged(_ seed: Int) throws {
    let pem = try CertificateIdentity.selfSigned(Self.template()).certificate.pem()
    let texts = ["", "hello", String(pem.prefix(seed * 15)), pem.replacing("M", with: "%")]
    for text in texts {
      let error = #expect(throws: CertificateError.self) { try Certificate(pem: text) }
      #expect(error?.code == .malformed)
      #expect(error?.message.contains("PEM") == true || error?.message.contains("asn1") == true)
      #expect(throws: CertificateError.self) { try Certificate.all(inPEM: text) }
    }
    #expect(throws: CertificateError.self) { try Certificate.all(inPEM: pem + pem.prefix(200)) }
  }

  @Test("a key that belongs to another certificate is noticed")
  func mismatch() throws {
    let one = try CertificateIdentity.selfSigned(Self.template())
    let two = try CertificateIdentity.selfSigned(Self.template())
    let error = #expect(throws: CertificateError.self) {
      try CertificateIdentity(certificatePEM: one.certificate.pem(), privateKeyPEM: two.privateKeyPEM)
    }
    #expect(error?.code == .keyMismatch)
  }

  @Test("an encrypted key is refused without asking for a passphrase")
  func encryptedKey() throws {
    let key = """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh0Zz4XKVnL4wICCAAw
      -----END ENCRYPTED PRIVATE KEY-----

      """
    let pem = try CertificateIdentity.selfSigned(Self.template()).certificate.pem()
    let error = #expect(throws: CertificateError.self) {
      try CertificateIdentity(certificatePEM: pem, privateKeyPEM: Secret(key))
    }
    #expect(error?.code == .malformed)
  }

  @Test("a self-signed certificate is trusted for its names and no others")
  func names() throws {
    let certificate = try CertificateIdentity.selfSigned(Self.template()).certificate
    for name in ["cnoe.localtest.me", "gitea.cnoe.localtest.me", "127.0.0.1", "::1"] {
      try certificate.verify(trusting: [certificate], name: SubjectName(name))
    }
    for name in ["localtest.me", "a.b.cnoe.localtest.me", "127.0.0.2", "cnoe.localtest.me.evil.example"] {
      let error = #expect(throws: CertificateError.self) {
        try certificate.verify(trusting: [certificate], name: SubjectName(name))
      }
      #expect(error?.message.contains("mismatch") == true)
    }
  }

  @Test("an issued certificate is trusted through its authority, and only by who trusts that")
  func issued() throws {
    let authority = try CertificateIdentity.selfSigned(Self.template())
    let leaf = try authority.issue(
      CertificateTemplate(commonName: "webhook", names: [SubjectName("hook.ingress-nginx.svc")]))
    try leaf.certificate.verify(trusting: [authority.certificate], name: .dns("hook.ingress-nginx.svc"))
    #expect(!leaf.certificate.isAuthority)
    #expect(leaf.certificate.issuerCommonName == "cnoe.localtest.me")
    let stranger = try CertificateIdentity.selfSigned(Self.template())
    #expect(throws: CertificateError.self) { try leaf.certificate.verify(trusting: [stranger.certificate]) }
    #expect(throws: CertificateError.self) { try leaf.certificate.verify(trusting: []) }
    let error = #expect(throws: CertificateError.self) { try leaf.issue(Self.template()) }
    #expect(error?.description.contains("may not sign others") == true)
  }

  @Test("an authority that is not trusted itself can link leaf and root")
  func intermediate() throws {
    let root = try CertificateIdentity.selfSigned(Self.template())
    let middle = try root.issue(CertificateTemplate(commonName: "middle", names: [], isAuthority: true, usages: []))
    let leaf = try middle.issue(CertificateTemplate(commonName: "leaf", names: [.dns("leaf")]))
    #expect(throws: CertificateError.self) { try leaf.certificate.verify(trusting: [root.certificate]) }
    try leaf.certificate.verify(trusting: [root.certificate], intermediates: [middle.certificate], name: .dns("leaf"))
  }

  @Test("an expired certificate is not trusted, with OpenSSL's verdict")
  func expired() throws {
    let certificate = try CertificateIdentity.selfSigned(Self.template()).certificate
    let error = #expect(throws: CertificateError.self) {
      try certificate.verify(trusting: [certificate], at: certificate.notAfter + .seconds(1))
    }
    #expect(error?.message == "certificate has expired")
  }

  @Test("renewal is due when names are missing, when it soon expires and when clocks disagree, and not before")
  func renewal() throws {
    let now = UnixTime(seconds: 1_800_000_000)
    let certificate = try CertificateIdentity.selfSigned(Self.template(["a.example", "*.a.example"]), now: now)
      .certificate
    let names: [SubjectName] = [.dns("a.example"), .dns("*.a.example")]
    #expect(certificate.needsRenewal(names: names, now: now) == nil)
    #expect(certificate.needsRenewal(names: [.dns("b.a.example")], now: now) == .missing([.dns("b.a.example")]))
    #expect(
      certificate.needsRenewal(names: names, now: now + .seconds(359 * 24 * 3600)) == .expires(certificate.notAfter))
    #expect(certificate.needsRenewal(names: names, now: UnixTime(seconds: 0)) == .notYetValid(certificate.notBefore))
  }
}

@Suite("Names in certificates")
struct SubjectNameTests {
  @Test("addresses and names are told apart and get their canonical spelling")
  func canonical() throws {
    #expect(try SubjectName("127.0.0.1") == .address("127.0.0.1"))
    #expect(try SubjectName("0:0::0:1") == .address("::1"))
    #expect(try SubjectName("*.CNOE.localtest.me") == .dns("*.cnoe.localtest.me"))
  }

  @Test(
    "what is neither is refused",
    arguments: [
      "", "*", "a..b", "-a", "a-", "a,IP:1.2.3.4", "a b", "a\nDNS:b", "grüße.de", "a.*.b", "*.*", ".", "a.",
      String(repeating: "a", count: 64), String(repeating: "a.", count: 127) + "a",
    ])
  func refused(_ text: String) {
    let error = #expect(throws: CertificateError.self) { try SubjectName(text) }
    #expect(error?.code == .badName)
  }

  @Test("a name put together by hand cannot smuggle in another one")
  func smuggled() {
    #expect(throws: CertificateError.self) {
      try CertificateIdentity.selfSigned(CertificateTemplate(commonName: "x", names: [.dns("a,DNS:b")]))
    }
    #expect(throws: CertificateError.self) {
      try CertificateIdentity.selfSigned(CertificateTemplate(commonName: "x", names: [.address("1.2.3")]))
    }
  }

  @Test("moments print as RFC 3339")
  func time() {
    #expect(UnixTime(seconds: 0).description == "1970-01-01T00:00:00Z")
    #expect(UnixTime(seconds: 1_800_000_001).description == "2027-01-15T08:00:01Z")
  }
}
