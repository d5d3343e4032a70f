import COpenSSL
import Diagnostics
import TestSupport

/// Speaks TLS on a scripted server's connection, as the server.
///
/// `@unchecked`: used by the one thread of its connection.
final class TLSConnection: @unchecked Sendable {
  private let context: OpaquePointer
  private let session: OpaquePointer

  /// Shakes hands; nil when that fails.
  ///
  /// - Parameters:
  ///   - connection: The plain connection.
  ///   - certificatePEM: What the server shows.
  ///   - key: Its key.
  ///   - clientAuthorityPEM: If given, clients must show a certificate of this authority.
  init?(_ connection: Connection, certificatePEM: String, key: Secret, clientAuthorityPEM: String? = nil) {
    guard let context = SSL_CTX_new(TLS_server_method()) else { return nil }
    self.context = context
    Self.withBIO(certificatePEM) { bio in
      let certificate = PEM_read_bio_X509(bio, nil, nil, nil)
      SSL_CTX_use_certificate(context, certificate)
      X509_free(certificate)
    }
    Self.withBIO(key.revealed) { bio in
      let key = PEM_read_bio_PrivateKey(bio, nil, nil, nil)
      SSL_CTX_use_PrivateKey(context, key)
      EVP_PKEY_free(key)
    }
    if let clientAuthorityPEM {
      Self.withBIO(clientAuthorityPEM) { bio in
        let authority = PEM_read_bio_X509(bio, nil, nil, nil)
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority)
        X509_free(authority)
      }
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }
    guard let session = SSL_new(context) else {
      SSL_CTX_free(context)
      return nil
    }
    self.session = session
    SSL_set_fd(session, connection.descriptor)
    if SSL_accept(session) != 1 { return nil }
  }

  deinit {
    SSL_free(session)
    SSL_CTX_free(context)
  }

  func readHead() -> String? {
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !text.hasSuffix("\r\n\r\n") {
      let count = SSL_read(session, &buffer, Int32(buffer.count))
      if count <= 0 { return nil }
      text += String(decoding: buffer[..<Int(count)], as: UTF8.self)
    }
    return text
  }

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    SSL_write(session, bytes, Int32(bytes.count))
  }

  /// Ends the session properly; without this, closing the connection cuts it off.
  func shutDown() { SSL_shutdown(session) }

  private static func withBIO(_ text: String, _ body: (OpaquePointer?) -> Void) {
    let bytes = Array(text.utf8)
    let bio = BIO_new_mem_buf(bytes, Int32(bytes.count))
    body(bio)
    BIO_free(bio)
  }
}
