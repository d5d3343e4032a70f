import COpenSSL
public import Diagnostics

/// A certificate, a key or a digest cannot be made, read or trusted.
public struct CertificateError: ExplainedError, Hashable {
  /// What kind of fault it is.
  public enum Code: Sendable, Hashable {
    /// Text or bytes that should hold a certificate or a key do not.
    case malformed
    /// A name is neither a DNS name nor an IP address.
    case badName
    /// The private key does not belong to the certificate.
    case keyMismatch
    /// The certificate is not trusted for what was asked; `verification` is OpenSSL's `X509_V_ERR_…` number.
    case untrusted(verification: Int32)
    /// OpenSSL or libcrypt could not do its work.
    case libraryFailure
  }

  /// What kind of fault it is.
  public let code: Code
  /// What was being done: `read certificate`.
  public let operation: String
  /// The cause in OpenSSL's words.
  public let message: String

  /// Describes a fault; see the properties.
  public init(_ code: Code, _ operation: String, _ message: String) {
    self.code = code
    self.operation = operation
    self.message = message
  }

  /// Takes OpenSSL's oldest queued error of this thread as the cause, and empties the queue.
  static func last(_ code: Code, _ operation: String) -> CertificateError {
    let number = ERR_get_error()
    ERR_clear_error()
    guard number != 0 else { return CertificateError(code, operation, "OpenSSL gives no reason") }
    let text = [CChar](unsafeUninitializedCapacity: 256) { buffer, count in
      ERR_error_string_n(number, buffer.baseAddress, buffer.count)
      count = buffer.firstIndex(of: 0) ?? 0
    }
    return CertificateError(code, operation, String(decoding: text.map(UInt8.init(bitPattern:)), as: UTF8.self))
  }

  /// The operation and the cause.
  public var description: String { "\(operation): \(message)" }
  /// Bad data, or a fault in the program's surroundings.
  public var exitStatus: ExitStatus {
    switch code {
    case .malformed, .badName, .keyMismatch, .untrusted: .badInput
    case .libraryFailure: .internalError
    }
  }
}
