import COpenSSL

/// Puts a certificate together and signs it with SHA-256.
enum CertificateBuilder {
  private static let operation = "make certificate"

  static func build(
    _ template: CertificateTemplate, key: borrowing KeyHandle, issuer: Certificate?, issuerKey: borrowing KeyHandle,
    now: UnixTime
  ) throws(CertificateError) -> Certificate {
    guard let pointer = X509_new() else { throw .last(.libraryFailure, operation) }
    let handle = X509Handle(owning: pointer)
    let start = now.seconds - 300
    let end = now.seconds + template.validity.components.seconds
    guard X509_set_version(pointer, 2) == 1,  // Counted from zero: version 3.
      X509_set_pubkey(pointer, key.pointer) == 1,
      ASN1_TIME_set(X509_getm_notBefore(pointer), time_t(start)) != nil,
      ASN1_TIME_set(X509_getm_notAfter(pointer), time_t(end)) != nil
    else { throw .last(.libraryFailure, operation) }
    try setSerial(pointer)
    try setSubject(template, pointer)
    let issuerName = X509_get_subject_name(issuer?.handle.pointer ?? pointer)
    guard X509_set_issuer_name(pointer, issuerName) == 1 else { throw .last(.libraryFailure, operation) }
    try addExtensions(template, pointer, issuer: issuer?.handle.pointer ?? pointer)
    guard X509_sign(pointer, issuerKey.pointer, EVP_sha256()) > 0 else { throw .last(.libraryFailure, operation) }
    return try Certificate(handle: handle)
  }

  /// A positive random number of 127 bits (RFC 5280 allows 20 bytes, CA/Browser Forum asks for 64 random bits).
  private static func setSerial(_ certificate: OpaquePointer) throws(CertificateError) {
    var random = SystemRandomNumberGenerator()
    var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    bytes[0] = bytes[0] & 0x7F | 0x40
    let number = BN_bin2bn(bytes, Int32(bytes.count), nil)
    defer { BN_free(number) }
    guard let number, BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil else {
      throw .last(.libraryFailure, operation)
    }
  }

  private static func setSubject(
    _ template: CertificateTemplate, _ certificate: OpaquePointer
  ) throws(CertificateError) {
    let name = X509_get_subject_name(certificate)
    if let organization = template.organization { try add(NID_organizationName, organization, to: name) }
    try add(NID_commonName, template.commonName, to: name)
  }

  private static func add(_ field: Int32, _ text: String, to name: OpaquePointer?) throws(CertificateError) {
    let bytes = Array(text.utf8)
    // MBSTRING_UTF8 is a macro of a macro: MBSTRING_FLAG (0x1000) alone (openssl/asn1.h).
    guard X509_NAME_add_entry_by_NID(name, field, 0x1000, bytes, Int32(clamping: bytes.count), -1, 0) == 1 else {
      throw .last(.libraryFailure, "\(operation) for \(text)")
    }
  }

  /// Adds extensions in OpenSSL's own text form (x509v3_config(5)). Names were checked by ``SubjectName``, so that
  /// no text of a caller can add anything else.
  private static func addExtensions(
    _ template: CertificateTemplate, _ certificate: OpaquePointer, issuer: OpaquePointer
  ) throws(CertificateError) {
    let keyUsage = template.isAuthority ? "critical,digitalSignature,keyCertSign,cRLSign" : "critical,digitalSignature"
    var extensions = [
      (NID_basic_constraints, template.isAuthority ? "critical,CA:TRUE" : "critical,CA:FALSE"),
      (NID_key_usage, keyUsage),
      (NID_subject_key_identifier, "hash"),
    ]
    // A self-signed certificate's identifier would only repeat its own.
    if issuer != certificate { extensions.append((NID_authority_key_identifier, "keyid:always")) }
    if !template.usages.isEmpty {
      extensions.append((NID_ext_key_usage, template.usages.map(\.rawValue).joined(separator: ",")))
    }
    for name in template.names { try check(name) }
    if !template.names.isEmpty {
      extensions.append((NID_subject_alt_name, template.names.map(\.openSSLText).joined(separator: ",")))
    }
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
    for (identifier, text) in extensions {
      guard let made = X509V3_EXT_conf_nid(nil, &context, identifier, text) else {
        throw .last(.libraryFailure, operation)
      }
      defer { X509_EXTENSION_free(made) }
      guard X509_add_ext(certificate, made, -1) == 1 else { throw .last(.libraryFailure, operation) }
    }
  }

  /// Refuses a name that was put together by hand and would not pass as text.
  private static func check(_ name: SubjectName) throws(CertificateError) {
    guard try SubjectName(name.description) == name else {
      throw CertificateError(.badName, "use \(name) in a certificate", "not in its canonical spelling")
    }
  }
}
