import CServerTLS

/// A certificate and its private key, both PEM.
public struct Identity: Sendable {
  /// The certificate.
  public var certificate: String
  /// The PKCS #8 private key.
  public var key: String

  /// Puts together what was read from files.
  public init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }
}

/// Why OpenSSL refused, in its own words.
public struct CryptoError: Error, CustomStringConvertible {
  /// The operation and OpenSSL's reason.
  public let description: String

  init(_ operation: String) {
    var text = operation
    let code = ERR_get_error()
    if code != 0 {
      var buffer = [CChar](repeating: 0, count: 256)
      ERR_error_string_n(code, &buffer, buffer.count)
      let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      text += ": " + String(decoding: bytes, as: UTF8.self)
    }
    description = text
  }
}

/// Issues the certificates that `kubeadm init` leaves in `/etc/kubernetes/pki`: ECDSA P-256, one authority, and leaf
/// certificates signed by it.
public enum Authority {
  /// What a certificate is for.
  public enum Purpose: Sendable {
    case authority
    case server(names: [String], addresses: [String])
    case client
  }

  /// Makes a key and a certificate.
  /// - Parameters:
  ///   - commonName: the subject's CN (the user name for a client certificate).
  ///   - organizations: the subject's O values (the groups for a client certificate).
  ///   - purpose: which extensions it gets.
  ///   - issuer: who signs; nil for a self-signed certificate.
  ///   - days: how long it is valid from now.
  /// - Returns: the certificate and its key.
  /// - Throws: ``CryptoError`` if OpenSSL refuses.
  public static func issue(
    commonName: String, organizations: [String] = [], purpose: Purpose, issuer: Identity? = nil, days: Int = 365
  ) throws(CryptoError) -> Identity {
    let key = try makeKey()
    defer { EVP_PKEY_free(key) }
    guard let certificate = X509_new() else { throw CryptoError("X509_new") }
    defer { X509_free(certificate) }

    X509_set_version(certificate, 2)
    try setSerial(of: certificate)
    // Backdated as kubeadm does, for clocks that differ.
    X509_gmtime_adj(X509_getm_notBefore(certificate), -300)
    X509_gmtime_adj(X509_getm_notAfter(certificate), days * 86_400)
    X509_set_pubkey(certificate, key)
    let subject = X509_get_subject_name(certificate)
    for organization in organizations { add("O", organization, to: subject) }
    add("CN", commonName, to: subject)

    var issuerCertificate: OpaquePointer?
    var issuerKey: OpaquePointer?
    defer {
      X509_free(issuerCertificate)
      EVP_PKEY_free(issuerKey)
    }
    if let issuer {
      issuerCertificate = try readCertificate(issuer.certificate)
      issuerKey = try readKey(issuer.key)
    }
    X509_set_issuer_name(certificate, issuerCertificate.map { X509_get_subject_name($0) } ?? subject)

    var context = X509V3_CTX()
    X509V3_set_ctx(&context, issuerCertificate ?? certificate, certificate, nil, nil, 0)
    for (identifier, value) in extensions(for: purpose) {
      guard let made = X509V3_EXT_conf_nid(nil, &context, identifier, value) else {
        throw CryptoError("extension \(value)")
      }
      X509_add_ext(certificate, made, -1)
      X509_EXTENSION_free(made)
    }
    guard X509_sign(certificate, issuerKey ?? key, EVP_sha256()) > 0 else { throw CryptoError("X509_sign") }
    return Identity(
      certificate: try pem { PEM_write_bio_X509($0, certificate) },
      key: try pem { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) })
  }

  /// Random bytes from the operating system's generator, as OpenSSL serves them.
  public static func random(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    RAND_bytes(&bytes, Int32(count))
    return bytes
  }

  private static func extensions(for purpose: Purpose) -> [(Int32, String)] {
    switch purpose {
    case .authority:
      return [
        (NID_basic_constraints, "critical,CA:TRUE"),
        (NID_key_usage, "critical,digitalSignature,keyEncipherment,keyCertSign"),
        (NID_subject_key_identifier, "hash"),
      ]
    case .server(let names, let addresses):
      let alternatives = names.map { "DNS:" + $0 } + addresses.map { "IP:" + $0 }
      return [
        (NID_basic_constraints, "critical,CA:FALSE"),
        (NID_key_usage, "critical,digitalSignature,keyEncipherment"),
        (NID_ext_key_usage, "serverAuth"),
        (NID_authority_key_identifier, "keyid"),
        (NID_subject_alt_name, alternatives.joined(separator: ",")),
      ]
    case .client:
      return [
        (NID_basic_constraints, "critical,CA:FALSE"),
        (NID_key_usage, "critical,digitalSignature,keyEncipherment"),
        (NID_ext_key_usage, "clientAuth"),
        (NID_authority_key_identifier, "keyid"),
      ]
    }
  }

  private static func makeKey() throws(CryptoError) -> OpaquePointer {
    guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil) else { throw CryptoError("EVP_PKEY_CTX_new_id") }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) > 0,
      EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) > 0,
      EVP_PKEY_keygen(context, &key) > 0, let key
    else { throw CryptoError("EVP_PKEY_keygen") }
    return key
  }

  private static func setSerial(of certificate: OpaquePointer) throws(CryptoError) {
    var bytes = random(16)
    bytes[0] &= 0x7f
    guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else { throw CryptoError("BN_bin2bn") }
    defer { BN_free(number) }
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate))
  }

  private static func add(_ field: String, _ value: String, to name: OpaquePointer?) {
    let bytes = Array(value.utf8)
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0)
  }

  private static func pem(_ write: (OpaquePointer?) -> Int32) throws(CryptoError) -> String {
    guard let bio = BIO_new(BIO_s_mem()) else { throw CryptoError("BIO_new") }
    defer { BIO_free(bio) }
    guard write(bio) == 1 else { throw CryptoError("PEM_write") }
    var contents: UnsafeMutablePointer<CChar>?
    let count = standin_bio_contents(bio, &contents)
    let bytes = UnsafeRawBufferPointer(start: contents, count: count)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func readCertificate(_ pem: String) throws(CryptoError) -> OpaquePointer {
    let bio = BIO_new_mem_buf(pem, Int32(pem.utf8.count))
    defer { BIO_free(bio) }
    guard let certificate = PEM_read_bio_X509(bio, nil, nil, nil) else { throw CryptoError("PEM_read_bio_X509") }
    return certificate
  }

  static func readKey(_ pem: String) throws(CryptoError) -> OpaquePointer {
    let bio = BIO_new_mem_buf(pem, Int32(pem.utf8.count))
    defer { BIO_free(bio) }
    guard let key = PEM_read_bio_PrivateKey(bio, nil, nil, nil) else { throw CryptoError("PEM_read_bio_PrivateKey") }
    return key
  }
}

private let MBSTRING_UTF8: Int32 = 0x1000
