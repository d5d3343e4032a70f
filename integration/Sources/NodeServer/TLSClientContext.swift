import CServerTLS
import Glibc

/// A client certificate and the authority that is believed, ready for handshakes with 127.0.0.1.
public final class TLSClientContext: @unchecked Sendable {
  // @unchecked: SSL_CTX is used only through SSL_new, which OpenSSL documents as safe from several threads.
  private let context: OpaquePointer

  /// - Parameters:
  ///   - identity: the client's own.
  ///   - authority: PEM of the authority that signed the server's certificate.
  /// - Throws: ``CryptoError`` for PEM that OpenSSL refuses.
  public init(identity: Identity, authority: String) throws(CryptoError) {
    guard let context = SSL_CTX_new(TLS_client_method()) else { throw CryptoError("SSL_CTX_new") }
    self.context = context
    let certificate = try Authority.readCertificate(identity.certificate)
    let key = try Authority.readKey(identity.key)
    let trusted = try Authority.readCertificate(authority)
    defer {
      X509_free(certificate)
      EVP_PKEY_free(key)
      X509_free(trusted)
    }
    guard SSL_CTX_use_certificate(context, certificate) == 1, SSL_CTX_use_PrivateKey(context, key) == 1 else {
      throw CryptoError("client certificate")
    }
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), trusted)
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
  }

  deinit { SSL_CTX_free(context) }

  /// Connects to a port of 127.0.0.1; nil if that fails.
  public func connect(port: UInt16) -> (any Transport)? {
    guard let plain = PlainTransport(port: port) else { return nil }
    guard let connection = SSL_new(context) else {
      plain.close()
      return nil
    }
    SSL_set_fd(connection, plain.descriptor)
    guard SSL_connect(connection) == 1 else {
      ERR_clear_error()
      SSL_free(connection)
      plain.close()
      return nil
    }
    return TLSTransport(connection: connection, descriptor: plain.descriptor)
  }
}
