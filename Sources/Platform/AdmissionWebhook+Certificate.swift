public import Certificates
import Diagnostics
public import Documents

/// The webhook's certificate, issued before its server starts; upstream has Jobs for this.
extension AdmissionWebhook {
  /// The certificate in the webhook's secret, if it can be kept.
  ///
  /// - Parameters:
  ///   - secret: The secret as it is in the cluster, nil if there is none.
  ///   - now: The present moment.
  /// - Returns: Nil if there is none, it is for other names, or it expires within thirty days.
  public func existingCertificate(in secret: Value?, now: UnixTime = .now) -> CertificateIdentity? {
    guard let certificate = secret?.secretText("cert"), let key = secret?.secretText("key"),
      let identity = try? CertificateIdentity(certificatePEM: certificate, privateKeyPEM: Secret(key)),
      identity.certificate.notAfter > now + .seconds(30 * 24 * 3600),
      Set(identity.certificate.names.map(\.description)).isSuperset(of: serverNames)
    else { return nil }
    return identity
  }

  /// Makes a certificate that is its own authority, valid for ten years.
  ///
  /// - Parameter now: The present moment.
  /// - Returns: The certificate with its key.
  /// - Throws: `CertificateError`.
  public func makeCertificate(now: UnixTime = .now) throws(CertificateError) -> CertificateIdentity {
    var names: [SubjectName] = []
    for name in serverNames { names.append(try SubjectName(name)) }
    return try CertificateIdentity.selfSigned(
      CertificateTemplate(
        commonName: service, names: names, isAuthority: true, validity: .seconds(10 * 365 * 24 * 3600)), now: now)
  }

  /// The secret that the webhook's server mounts.
  ///
  /// - Parameter identity: The certificate and its key.
  /// - Returns: The secret.
  /// - Throws: `CertificateError`.
  public func secret(_ identity: CertificateIdentity) throws(CertificateError) -> Value {
    let certificate = try identity.certificate.pem()
    return .secret(
      secret, namespace: namespace,
      data: ["ca": certificate, "cert": certificate, "key": identity.privateKeyPEM.revealed])
  }

  /// Tells the API server whom to trust, if an object is this webhook's configuration; other objects stay as they are.
  ///
  /// - Parameters:
  ///   - identity: The webhook's certificate.
  ///   - object: Any object.
  /// - Throws: `CertificateError`.
  public func trust(_ identity: CertificateIdentity, in object: inout Value) throws(CertificateError) {
    guard object["kind"].stringValue == "ValidatingWebhookConfiguration",
      object["metadata"]["name"].stringValue == configuration
    else { return }
    let bundle = Base64.encode(Array(try identity.certificate.pem().utf8))
    for index in object["webhooks"].elements.indices {
      object["webhooks"][index]["clientConfig"]["caBundle"] = .string(bundle)
    }
  }
}
