import COpenSSL

/// Owns an OpenSSL certificate (`X509`).
///
/// `@unchecked Sendable`: only read after it was made, which OpenSSL allows from several threads; its reference count
/// is atomic.
final class X509Handle: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Takes over one reference.
  init(owning pointer: OpaquePointer) { self.pointer = pointer }

  deinit { X509_free(pointer) }
}

/// Owns an OpenSSL key (`EVP_PKEY`).
struct KeyHandle: ~Copyable {
  let pointer: OpaquePointer

  /// Generates an ECDSA key on the curve P-256 (FIPS 186-4).
  init() throws(CertificateError) {
    guard let made = shim_generate_p256() else { throw .last(.libraryFailure, "generate a private key") }
    pointer = made
  }

  /// Reads an unencrypted private key in PEM.
  init(pem: String) throws(CertificateError) {
    let bio = try MemoryBIO(pem)
    // Without a callback of ours OpenSSL would ask for a passphrase on the terminal.
    let key = PEM_read_bio_PrivateKey(bio.pointer, nil, { _, _, _, _ in -1 }, nil)
    guard let key else { throw .last(.malformed, "read private key") }
    pointer = key
  }

  deinit { EVP_PKEY_free(pointer) }

  /// The key as PKCS #8 in PEM (RFC 5958, RFC 7468).
  func pem() throws(CertificateError) -> String {
    let bio = try MemoryBIO()
    guard PEM_write_bio_PKCS8PrivateKey(bio.pointer, pointer, nil, nil, 0, nil, nil) == 1 else {
      throw .last(.libraryFailure, "write private key")
    }
    return String(decoding: bio.bytes, as: UTF8.self)
  }
}

/// Owns an OpenSSL memory buffer (`BIO`).
struct MemoryBIO: ~Copyable {
  let pointer: OpaquePointer

  /// An empty buffer to write to.
  init() throws(CertificateError) {
    guard let made = BIO_new(BIO_s_mem()) else { throw .last(.libraryFailure, "allocate memory") }
    pointer = made
  }

  /// A buffer to read from, with a copy of the text.
  init(_ text: String) throws(CertificateError) {
    guard let made = BIO_new(BIO_s_mem()) else { throw .last(.libraryFailure, "allocate memory") }
    let bytes = Array(text.utf8)
    guard bytes.isEmpty || BIO_write(made, bytes, Int32(clamping: bytes.count)) == bytes.count else {
      BIO_free_all(made)
      throw .last(.libraryFailure, "allocate memory")
    }
    pointer = made
  }

  deinit { BIO_free_all(pointer) }

  /// What was written.
  var bytes: [UInt8] {
    var start: UnsafeMutablePointer<CChar>?
    let count = shim_bio_data(pointer, &start)
    return Array(UnsafeRawBufferPointer(start: start, count: max(0, count)))
  }
}
