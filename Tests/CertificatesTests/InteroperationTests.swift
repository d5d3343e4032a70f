import Diagnostics
import FoundationEssentials
import TestSupport
import Testing

@testable import Certificates

private let openssl = Peer("/usr/bin/openssl")

@Suite("Certificates as the openssl program sees them", .enabled(if: openssl.isPresent))
struct InteroperationTests {
  @Test("openssl verifies the certificate as a server's, for its names, and a leaf through it")
  func verify() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "certificates-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let authority = try CertificateIdentity.selfSigned(CertificateTests.template())
    let leaf = try authority.issue(CertificateTemplate(commonName: "leaf", names: [SubjectName("leaf.example")]))
    let ca = directory.appending(path: "ca.crt").path
    let child = directory.appending(path: "leaf.crt").path
    try Data(authority.certificate.pem().utf8).write(to: URL(filePath: ca))
    try Data(leaf.certificate.pem().utf8).write(to: URL(filePath: child))
    let strictly = ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca]
    for (name, file) in [("gitea.cnoe.localtest.me", ca), ("cnoe.localtest.me", ca), ("leaf.example", child)] {
      let result = try openssl.run(strictly + ["-verify_hostname", name, file])
      #expect(result.status == 0, "\(result.errors)")
    }
    #expect(try openssl.run(strictly + ["-verify_hostname", "other.example", child]).status != 0)
  }

  @Test("openssl reads the key, and it is a P-256 key of this certificate")
  func key() throws {
    let identity = try CertificateIdentity.selfSigned(CertificateTests.template())
    let key = try openssl.run(
      ["pkey", "-noout", "-text_pub", "-check"], input: Array(identity.privateKeyPEM.revealed.utf8))
    #expect(key.status == 0 && key.text.contains("NIST CURVE: P-256"))
    let ofKey = try openssl.run(["pkey", "-pubout"], input: Array(identity.privateKeyPEM.revealed.utf8))
    let ofCertificate = try openssl.run(["x509", "-noout", "-pubkey"], input: Array(identity.certificate.pem().utf8))
    #expect(ofKey.text == ofCertificate.text && !ofKey.text.isEmpty)
  }
}
