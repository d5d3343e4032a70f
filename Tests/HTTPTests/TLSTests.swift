import Certificates
import Diagnostics
import TestSupport
import Testing

@testable import HTTP

@Suite("TLS", .timeLimit(.minutes(1)))
struct TLSTests {
  let authority: CertificateIdentity
  let authorityPEM: String
  let server: CertificateIdentity

  init() throws {
    authority = try CertificateIdentity.selfSigned(
      CertificateTemplate(commonName: "test authority", names: [], isAuthority: true, usages: []))
    authorityPEM = try authority.certificate.pem()
    server = try authority.issue(
      CertificateTemplate(commonName: "test server", names: [SubjectName("test.example"), SubjectName("127.0.0.1")]))
  }

  func start(clientAuthority: String? = nil, cutOff: Bool = false) throws -> ScriptedServer {
    let identity = server
    let certificatePEM = try server.certificate.pem()
    return try ScriptedServer { connection, _ in
      guard
        let tls = TLSConnection(
          connection, certificatePEM: certificatePEM, key: identity.privateKeyPEM, clientAuthorityPEM: clientAuthority)
      else { return }
      while tls.readHead() != nil {
        if cutOff {
          tls.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhal\r\n")
          return
        }
        tls.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
      }
    }
  }

  func fetch(
    _ server: ScriptedServer, host: String = "127.0.0.1", trust: Client.Trust, identity: Client.Identity? = nil
  ) async throws(HTTPError) -> [UInt8] {
    var configuration = Client.Configuration()
    configuration.trust = trust
    configuration.identity = identity
    configuration.connectTo = [HostPort(host, server.port): HostPort("127.0.0.1", server.port)]
    let response = try await Client(configuration).send(
      Request(.get, "https://\(host):\(server.port)/"), deadline: .after(.seconds(30)))
    return try await response.collect()
  }

  @Test("a server with a certificate of the trusted authority is believed, under its own names only")
  func trusted() async throws {
    let running = try start()
    let trust = Client.Trust.pem(authorityPEM)
    #expect(try await fetch(running, trust: trust) == Array("secret".utf8))
    #expect(try await fetch(running, host: "test.example", trust: trust) == Array("secret".utf8))
    await #expect { try await fetch(running, host: "other.example", trust: trust) } throws: {
      ($0 as? HTTPError)?.code == .tls
    }
  }

  @Test("a server of another authority is refused, also one that the machine's trust does not know")
  func untrusted() async throws {
    let running = try start()
    let other = try CertificateIdentity.selfSigned(
      CertificateTemplate(commonName: "test authority", names: [], isAuthority: true, usages: []))
    let otherPEM = try other.certificate.pem()
    for trust in [Client.Trust.pem(otherPEM), .system] {
      await #expect { try await fetch(running, trust: trust) } throws: { ($0 as? HTTPError)?.code == .tls }
    }
    await #expect { try await fetch(running, trust: .pem("no certificate")) } throws: {
      ($0 as? HTTPError)?.code == .tls
    }
  }

  @Test("a client shows its certificate when it has one")
  func clientCertificate() async throws {
    let running = try start(clientAuthority: authorityPEM)
    let client = try authority.issue(
      CertificateTemplate(commonName: "test client", names: [], usages: [.clientAuthentication]))
    let identity = Client.Identity(certificatePEM: try client.certificate.pem(), keyPEM: client.privateKeyPEM)
    let trust = Client.Trust.pem(authorityPEM)
    #expect(try await fetch(running, trust: trust, identity: identity) == Array("secret".utf8))
    await #expect(throws: HTTPError.self) { try await fetch(running, trust: trust) }
    let mismatched = Client.Identity(certificatePEM: try client.certificate.pem(), keyPEM: server.privateKeyPEM)
    await #expect { try await fetch(running, trust: trust, identity: mismatched) } throws: {
      ($0 as? HTTPError)?.code == .tls
    }
  }

  @Test("a chunked body is not taken for complete when TLS was cut off")
  func cutOff() async throws {
    let running = try start(cutOff: true)
    await #expect { try await fetch(running, trust: .pem(authorityPEM)) } throws: {
      ($0 as? HTTPError)?.code == .closedEarly
    }
  }

  @Test("plain HTTP on a TLS port is a TLS error")
  func notTLS() async throws {
    let running = try ScriptedServer { connection, _ in connection.send("HTTP/1.1 400 Bad Request\r\n\r\n") }
    await #expect { try await fetch(running, trust: .system) } throws: { ($0 as? HTTPError)?.code == .tls }
  }
}
