import Glibc

/// Where distributions keep the authorities they trust.
///
/// libcurl has one place compiled in, that of the distribution it was built on; a binary that carries libcurl along
/// must look for itself. The list is that of Go's `crypto/x509/root_linux.go`, which names the distributions.
enum SystemTrust {
  static let bundle: String? = {
    if let named = getenv("SSL_CERT_FILE") { return String(cString: named) }
    return [
      "/etc/ssl/certs/ca-certificates.crt",
      "/etc/pki/tls/certs/ca-bundle.crt",
      "/etc/ssl/ca-bundle.pem",
      "/etc/pki/tls/cacert.pem",
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
      "/etc/ssl/cert.pem",
    ].first { access($0, R_OK) == 0 }
  }()
}
