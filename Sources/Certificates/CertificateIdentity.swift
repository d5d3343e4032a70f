import COpenSSL
public import Diagnostics

/// A certificate with its private key: what a TLS server presents, or what signs other certificates.
public struct CertificateIdentity: Sendable, Hashable {
  /// The certificate.
  public let certificate: Certificate
  /// The private key: PKCS #8 in PEM.
  public let privateKeyPEM: Secret

  private init(certificate: Certificate, privateKeyPEM: Secret) {
    self.certificate = certificate
    self.privateKeyPEM = privateKeyPEM
  }

  /// Reads a certificate and its key, as from a Kubernetes TLS secret.
  ///
  /// - Parameters:
  ///   - certificatePEM: The certificate first; others after it are not looked at.
  ///   - privateKeyPEM: An unencrypted key in PEM, kept as given.
  /// - Throws: ``CertificateError``: `malformed`, or `keyMismatch` if they do not belong together.
  public init(certificatePEM: String, privateKeyPEM: Secret) throws(CertificateError) {
    let certificate = try Certificate(pem: certificatePEM)
    let key = try KeyHandle(pem: privateKeyPEM.revealed)
    guard X509_check_private_key(certificate.handle.pointer, key.pointer) == 1 else {
      throw .last(.keyMismatch, "match private key and certificate")
    }
    self.init(certificate: certificate, privateKeyPEM: privateKeyPEM)
  }

  /// Makes a new ECDSA P-256 key and a certificate that it signs itself.
  ///
  /// - Parameters:
  ///   - template: What the certificate shall say.
  ///   - now: The validity starts five minutes before, because clocks differ.
  /// - Returns: The certificate and its key.
  /// - Throws: ``CertificateError`` with `libraryFailure`.
  public static func selfSigned(
    _ template: CertificateTemplate, now: UnixTime = .now
  ) throws(CertificateError) -> CertificateIdentity {
    let key = try KeyHandle()
    let certificate = try CertificateBuilder.build(template, key: key, issuer: nil, issuerKey: key, now: now)
    return CertificateIdentity(certificate: certificate, privateKeyPEM: Secret(try key.pem()))
  }

  /// Makes a new ECDSA P-256 key and a certificate that this identity signs.
  ///
  /// - Parameters:
  ///   - template: What the certificate shall say.
  ///   - now: The validity starts five minutes before, because clocks differ.
  /// - Returns: The certificate and its key.
  /// - Throws: ``CertificateError`` with `libraryFailure`, or `untrusted` if this identity is no authority.
  public func issue(
    _ template: CertificateTemplate, now: UnixTime = .now
  ) throws(CertificateError) -> CertificateIdentity {
    guard certificate.isAuthority else {
      throw CertificateError(
        .untrusted(verification: X509_V_ERR_INVALID_CA), "issue certificate for \(template.commonName)",
        "the issuer's certificate may not sign others")
    }
    let key = try KeyHandle()
    let issuerKey = try KeyHandle(pem: privateKeyPEM.revealed)
    let made = try CertificateBuilder.build(template, key: key, issuer: certificate, issuerKey: issuerKey, now: now)
    return CertificateIdentity(certificate: made, privateKeyPEM: Secret(try key.pem()))
  }
}
