import COpenSSL

/// A cryptographic checksum of bytes (FIPS 180-4).
public struct Digest: Sendable, Hashable {
  /// The digest itself: 32 bytes for SHA-256, 20 for SHA-1.
  public let bytes: [UInt8]

  /// The digest in lower-case hex.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// SHA-256.
  ///
  /// - Throws: ``CertificateError`` when memory runs out.
  public static func sha256(of bytes: [UInt8]) throws(CertificateError) -> Digest {
    var stream = try DigestStream()
    try stream.update(bytes)
    return try stream.finish()
  }

  /// SHA-256 of a text's UTF-8 bytes.
  ///
  /// - Throws: ``CertificateError`` when memory runs out.
  public static func sha256(of text: String) throws(CertificateError) -> Digest { try sha256(of: Array(text.utf8)) }

  /// SHA-1, for identifiers that Git defines by it; not for security.
  ///
  /// - Throws: ``CertificateError`` when memory runs out.
  public static func sha1(of bytes: [UInt8]) throws(CertificateError) -> Digest {
    var stream = try DigestStream(algorithm: EVP_sha1())
    try stream.update(bytes)
    return try stream.finish()
  }
}

extension Digest {
  /// HMAC-SHA1 (RFC 2104), for what OpenSSH defines by it; not for security.
  ///
  /// - Parameters:
  ///   - bytes: The message.
  ///   - key: The key.
  /// - Returns: The 20 bytes.
  /// - Throws: ``CertificateError`` when OpenSSL fails.
  public static func hmacSHA1(of bytes: [UInt8], key: [UInt8]) throws(CertificateError) -> Digest {
    var length: UInt32 = 0
    let code = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
      let made = HMAC(EVP_sha1(), key, Int32(key.count), bytes, bytes.count, buffer.baseAddress, &length)
      count = made == nil ? 0 : Int(length)
    }
    guard !code.isEmpty else { throw .last(.libraryFailure, "compute digest") }
    return Digest(bytes: code)
  }
}

/// Computes SHA-256 over bytes that come piece by piece.
public struct DigestStream: ~Copyable {
  private let context: OpaquePointer

  /// Starts with no bytes.
  ///
  /// - Throws: ``CertificateError`` when memory runs out.
  public init() throws(CertificateError) { try self.init(algorithm: EVP_sha256()) }

  init(algorithm: OpaquePointer?) throws(CertificateError) {
    guard let made = EVP_MD_CTX_new() else { throw .last(.libraryFailure, "compute digest") }
    guard EVP_DigestInit_ex(made, algorithm, nil) == 1 else {
      EVP_MD_CTX_free(made)
      throw .last(.libraryFailure, "compute digest")
    }
    context = made
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  ///
  /// - Throws: ``CertificateError`` when OpenSSL fails.
  public mutating func update(_ bytes: [UInt8]) throws(CertificateError) {
    guard EVP_DigestUpdate(context, bytes, bytes.count) == 1 else { throw .last(.libraryFailure, "compute digest") }
  }

  /// Ends the computation.
  ///
  /// - Throws: ``CertificateError`` when OpenSSL fails.
  public consuming func finish() throws(CertificateError) -> Digest {
    var length: UInt32 = 0
    let context = context
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
      count = EVP_DigestFinal_ex(context, buffer.baseAddress, &length) == 1 ? Int(length) : 0
    }
    guard !bytes.isEmpty else { throw .last(.libraryFailure, "compute digest") }
    return Digest(bytes: bytes)
  }
}
