import Glibc

/// Where distributions keep the authorities they trust.
///
/// libcurl has one place compiled in, that of the distribution it was built on; a binary that carries libcurl along
/// must look for itself. The list is that of Go's `crypto/x509/root_linux.go`, which names the distributions.
enum SystemTrust {
  static let bundle = bundle(named: getenv("SSL_CERT_FILE").map { String(cString: $0) })

  /// - Parameter named: The value of `SSL_CERT_FILE`; an empty one names no file, as in Go.
  /// - Returns: The file; nil if there is none at the usual places.
  static func bundle(named: String?) -> String? {
    if let named, !named.isEmpty { return named }
    return [
      "/etc/ssl/certs/ca-certificates.crt",
      "/etc/pki/tls/certs/ca-bundle.crt",
      "/etc/ssl/ca-bundle.pem",
      "/etc/pki/tls/cacert.pem",
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
      "/etc/ssl/cert.pem",
    ].first { access($0, R_OK) == 0 }
  }
}
