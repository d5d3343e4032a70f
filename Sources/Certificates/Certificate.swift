import COpenSSL
import Glibc

/// An X.509 certificate (RFC 5280).
public struct Certificate: Sendable, Hashable {
  let handle: X509Handle
  /// The encoded certificate (DER).
  public let der: [UInt8]

  init(handle: X509Handle) throws(CertificateError) {
    let length = i2d_X509(handle.pointer, nil)
    guard length > 0 else { throw .last(.malformed, "encode certificate") }
    self.handle = handle
    der = [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
      var target = buffer.baseAddress
      count = Int(max(0, i2d_X509(handle.pointer, &target)))
    }
  }

  /// Reads the first certificate of a PEM text (RFC 7468); text around it is skipped.
  ///
  /// - Throws: ``CertificateError`` with `malformed` if there is none, or if it is damaged.
  public init(pem: String) throws(CertificateError) {
    let bio = try MemoryBIO(pem)
    guard let pointer = PEM_read_bio_X509(bio.pointer, nil, nil, nil) else {
      throw .last(.malformed, "read certificate")
    }
    try self.init(handle: X509Handle(owning: pointer))
  }

  /// All certificates of a PEM text, in their order.
  ///
  /// - Throws: ``CertificateError`` with `malformed` if there is none, or if one is damaged.
  public static func all(inPEM pem: String) throws(CertificateError) -> [Certificate] {
    let bio = try MemoryBIO(pem)
    var found: [Certificate] = []
    while let pointer = PEM_read_bio_X509(bio.pointer, nil, nil, nil) {
      found.append(try Certificate(handle: X509Handle(owning: pointer)))
    }
    let reason = ERR_peek_last_error()
    let endReached = reason & 0x7F_FFFF == UInt(PEM_R_NO_START_LINE)  // ERR_GET_REASON, a macro.
    guard !found.isEmpty, endReached else { throw .last(.malformed, "read certificates") }
    ERR_clear_error()
    return found
  }

  /// The certificate in PEM, ending in a newline.
  ///
  /// - Throws: ``CertificateError`` when memory runs out.
  public func pem() throws(CertificateError) -> String {
    let bio = try MemoryBIO()
    guard PEM_write_bio_X509(bio.pointer, handle.pointer) == 1 else {
      throw .last(.libraryFailure, "write certificate")
    }
    return String(decoding: bio.bytes, as: UTF8.self)
  }

  /// The DNS names and addresses of the extension subjectAltName; other kinds of names are left out.
  public var names: [SubjectName] {
    guard let raw = X509_get_ext_d2i(handle.pointer, NID_subject_alt_name, nil, nil) else { return [] }
    let names = OpaquePointer(raw)
    defer { GENERAL_NAMES_free(names) }
    return (0..<max(0, shim_names_count(names))).compactMap { index in
      var type: Int32 = 0
      var length: Int32 = 0
      guard let start = shim_name(names, index, &type, &length) else { return nil }
      let bytes = Array(UnsafeBufferPointer(start: start, count: Int(max(0, length))))
      switch (type, bytes.count) {
      case (GEN_DNS, _): return .dns(String(decoding: bytes, as: UTF8.self))
      case (GEN_IPADD, 4): return SubjectName.address(bytes: bytes, family: AF_INET).map { .address($0) }
      case (GEN_IPADD, 16): return SubjectName.address(bytes: bytes, family: AF_INET6).map { .address($0) }
      default: return nil
      }
    }
  }

  /// The moment from which it is valid.
  public var notBefore: UnixTime { Self.time(X509_get0_notBefore(handle.pointer)) }
  /// The last moment at which it is valid.
  public var notAfter: UnixTime { Self.time(X509_get0_notAfter(handle.pointer)) }
  /// The subject's common name, if it has one.
  public var commonName: String? { Self.commonName(X509_get_subject_name(handle.pointer)) }
  /// The issuer's common name, if it has one.
  public var issuerCommonName: String? { Self.commonName(X509_get_issuer_name(handle.pointer)) }
  /// Whether it may sign other certificates.
  public var isAuthority: Bool { X509_check_ca(handle.pointer) == 1 }
  /// SHA-256 of the encoded certificate in lower-case hex.
  ///
  /// - Throws: ``CertificateError`` when memory runs out.
  public func fingerprint() throws(CertificateError) -> String { try Digest.sha256(of: der).hex }

  /// Whether two certificates are the same bytes.
  public static func == (left: Certificate, right: Certificate) -> Bool { left.der == right.der }
  /// Feeds the bytes.
  public func hash(into hasher: inout Hasher) { hasher.combine(der) }

  private static func time(_ time: UnsafePointer<ASN1_TIME>?) -> UnixTime {
    var parts = tm()
    // Both times are mandatory and were checked when the certificate was read.
    guard ASN1_TIME_to_tm(time, &parts) == 1 else { return UnixTime(seconds: 0) }
    return UnixTime(seconds: Int64(timegm(&parts)))
  }

  private static func commonName(_ name: OpaquePointer?) -> String? {
    let index = X509_NAME_get_index_by_NID(name, NID_commonName, -1)
    guard index >= 0, let entry = X509_NAME_get_entry(name, index) else { return nil }
    var text: UnsafeMutablePointer<UInt8>?
    let length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry))
    guard length >= 0, let text else { return nil }
    defer { CRYPTO_free(text, nil, 0) }
    return String(decoding: UnsafeBufferPointer(start: text, count: Int(length)), as: UTF8.self)
  }
}
