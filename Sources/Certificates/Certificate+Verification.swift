import COpenSSL

extension Certificate {
  /// Why a certificate should be replaced.
  public enum RenewalReason: Sendable, Hashable, CustomStringConvertible {
    /// It is not valid any more, or soon will not be.
    case expires(UnixTime)
    /// Its validity has not begun; clocks disagree.
    case notYetValid(UnixTime)
    /// It lacks names that are needed.
    case missing([SubjectName])

    /// The reason in words.
    public var description: String {
      switch self {
      case .expires(let time): "it expires at \(time)"
      case .notYetValid(let time): "it is valid from \(time) only"
      case .missing(let names): "it is not valid for \(names.map(\.description).joined(separator: ", "))"
      }
    }
  }

  /// Says whether the certificate should be replaced, and why.
  ///
  /// - Parameters:
  ///   - needed: The names it must carry, literally: a wildcard does not stand for a single name.
  ///   - now: The moment to judge at.
  ///   - margin: How long it must still be valid.
  /// - Returns: The reason, or nil if it is good.
  public func needsRenewal(
    names needed: [SubjectName], now: UnixTime = .now, margin: Duration = .seconds(7 * 24 * 3600)
  ) -> RenewalReason? {
    if notAfter < now + margin { return .expires(notAfter) }
    if now < notBefore { return .notYetValid(notBefore) }
    let present = Set(names)
    let missing = needed.filter { !present.contains($0) }
    return missing.isEmpty ? nil : .missing(missing)
  }

  /// Verifies that the certificate is trusted as a TLS server's, with OpenSSL's rules.
  ///
  /// - Parameters:
  ///   - roots: The certificates that are trusted.
  ///   - intermediates: Certificates that may be used to build the chain.
  ///   - name: The name the server was reached by; wildcards match. Nil checks the chain only.
  ///   - time: The moment to judge at.
  /// - Throws: ``CertificateError`` with `untrusted` and OpenSSL's verdict.
  public func verify(
    trusting roots: [Certificate], intermediates: [Certificate] = [], name: SubjectName? = nil, at time: UnixTime = .now
  ) throws(CertificateError) {
    let operation = "verify certificate" + (name.map { " for \($0)" } ?? "")
    guard let store = X509_STORE_new() else { throw .last(.libraryFailure, operation) }
    defer { X509_STORE_free(store) }
    for root in roots {
      guard X509_STORE_add_cert(store, root.handle.pointer) == 1 else { throw .last(.libraryFailure, operation) }
    }
    guard let chain = shim_certificates_new() else { throw .last(.libraryFailure, operation) }
    defer { shim_certificates_free(chain) }
    for certificate in intermediates {
      guard shim_certificates_add(chain, certificate.handle.pointer) == 1 else {
        throw .last(.libraryFailure, operation)
      }
    }
    guard let context = X509_STORE_CTX_new() else { throw .last(.libraryFailure, operation) }
    defer { X509_STORE_CTX_free(context) }
    guard X509_STORE_CTX_init(context, store, handle.pointer, chain) == 1,
      X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER) == 1,
      let parameters = X509_STORE_CTX_get0_param(context)
    else { throw .last(.libraryFailure, operation) }
    X509_VERIFY_PARAM_set_time(parameters, time_t(time.seconds))
    let accepted =
      switch name {
      case .dns(let host): X509_VERIFY_PARAM_set1_host(parameters, host, 0)
      case .address(let address): X509_VERIFY_PARAM_set1_ip_asc(parameters, address)
      case nil: Int32(1)
      }
    guard accepted == 1 else { throw .last(.badName, operation) }
    guard X509_verify_cert(context) == 1 else {
      let verdict = X509_STORE_CTX_get_error(context)
      ERR_clear_error()
      let message = X509_verify_cert_error_string(Int(verdict)).map { String(cString: $0) }
      throw CertificateError(.untrusted(verification: verdict), operation, message ?? "error \(verdict)")
    }
  }
}
