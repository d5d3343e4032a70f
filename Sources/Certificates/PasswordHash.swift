import CCrypt
public import Diagnostics
import Glibc

/// Password hashes as Argo CD stores them (`admin.password` in its secret): bcrypt in the format `$2b$`.
///
/// The work is done by libcrypt, the library behind the system's own passwords (crypt(5)).
public enum PasswordHash {
  /// Hashes a password with a random salt.
  ///
  /// - Parameters:
  ///   - password: At most 72 bytes: bcrypt ignores what is beyond, so more is refused.
  ///   - cost: Base-2 logarithm of the number of rounds, 4 to 31. Ten takes about 50 ms.
  /// - Returns: The hash: 60 characters, starting with `$2b$`.
  /// - Throws: ``CertificateError``: `malformed` for a password that is too long or contains a NUL, `libraryFailure`
  ///   with the system's message otherwise.
  public static func bcrypt(_ password: Secret, cost: Int = 10) throws(CertificateError) -> Secret {
    var generator = SystemRandomNumberGenerator()
    let random = (0..<16).map { _ in CChar(bitPattern: UInt8.random(in: .min ... .max, using: &generator)) }
    var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
    let made = crypt_gensalt_rn("$2b$", UInt(clamping: cost), random, 16, &setting, Int32(setting.count))
    guard made != nil else { throw failure() }
    return Secret(try bcrypt(password, setting: setting))
  }

  /// Says whether a password belongs to a hash.
  ///
  /// - Parameters:
  ///   - password: The password to try.
  ///   - hash: What ``bcrypt(_:cost:)`` returned, or another program's `$2a$`, `$2b$` or `$2y$` hash.
  /// - Returns: False also for a hash that is not one.
  public static func verify(_ password: Secret, hash: Secret) -> Bool {
    let expected = hash.revealed
    guard expected.hasPrefix("$2"), let actual = try? bcrypt(password, setting: Array(expected.utf8CString)) else {
      return false
    }
    // Constant time, although both sides are hashes.
    return actual.utf8.count == expected.utf8.count
      && zip(actual.utf8, expected.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func bcrypt(_ password: Secret, setting: [CChar]) throws(CertificateError) -> String {
    let bytes = Array(password.revealed.utf8)
    guard bytes.count <= 72, !bytes.contains(0) else {
      throw CertificateError(.malformed, "hash password", "more than 72 bytes, or a NUL among them")
    }
    // 32 KiB; on the heap, where it is overwritten before it is given back.
    let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
    data.initialize(to: crypt_data())
    defer {
      explicit_bzero(data, MemoryLayout<crypt_data>.size)
      data.deallocate()
    }
    guard let result = crypt_rn(password.revealed, setting, data, Int32(MemoryLayout<crypt_data>.size)) else {
      throw failure()
    }
    return String(cString: result)
  }

  private static func failure() -> CertificateError {
    CertificateError(.libraryFailure, "hash password", strerror(errno).map { String(cString: $0) } ?? "error \(errno)")
  }
}
