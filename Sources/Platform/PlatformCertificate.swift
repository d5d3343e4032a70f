public import Certificates
import Diagnostics
public import Documents

/// The platform's own certificate: what the ingress and Argo CD present, and what every client of the platform trusts.
public enum PlatformCertificate {
  /// The names it must be valid for: each host and every name below it.
  public static func names(_ options: PlatformOptions) -> [String] { options.hosts.flatMap { [$0, "*.\($0)"] } }

  /// Makes a new one: self-signed, ECDSA P-256, able to sign, for TLS servers, valid for one year.
  ///
  /// - Parameters:
  ///   - options: The user's choices.
  ///   - now: The present moment.
  /// - Returns: The certificate with its key.
  /// - Throws: `CertificateError`.
  public static func make(
    _ options: PlatformOptions, now: UnixTime = .now
  ) throws(CertificateError) -> CertificateIdentity {
    var names: [SubjectName] = []
    for name in self.names(options) { names.append(try SubjectName(name)) }
    let template = CertificateTemplate(
      // A common name has at most 64 bytes; nothing is matched against it.
      commonName: options.host.utf8.count <= 64 ? options.host : organization, organization: organization,
      names: names, isAuthority: true, usages: [.serverAuthentication], validity: .seconds(365 * 24 * 3600))
    return try CertificateIdentity.selfSigned(template, now: now)
  }

  /// Why an existing certificate cannot be kept.
  public enum Unusable: Sendable, Hashable, CustomStringConvertible {
    /// There is none, or it cannot be read.
    case missing
    /// It has expired, or will within a day.
    case expired(UnixTime)
    /// It is for other names.
    case otherNames([String])

    /// The reason in words.
    public var description: String {
      switch self {
      case .missing: "there is none"
      case .expired(let moment): "it is valid until \(moment) only"
      case .otherNames(let names): "it is for \(names.joined(separator: ", "))"
      }
    }
  }

  /// The certificate in a TLS secret, if it can be kept.
  ///
  /// - Parameters:
  ///   - secret: The secret as it is in the cluster, nil if there is none.
  ///   - options: The user's choices.
  ///   - now: The present moment.
  /// - Returns: The certificate, or the reason to make a new one.
  public static func existing(
    in secret: Value?, _ options: PlatformOptions, now: UnixTime = .now
  ) -> Result<CertificateIdentity, UnusableCertificate> {
    guard let certificate = secret?.secretText("tls.crt"), let key = secret?.secretText("tls.key"),
      let identity = try? CertificateIdentity(certificatePEM: certificate, privateKeyPEM: Secret(key))
    else { return .failure(UnusableCertificate(reason: .missing)) }
    let found = identity.certificate
    if found.notAfter < now + .seconds(24 * 3600) {
      return .failure(UnusableCertificate(reason: .expired(found.notAfter)))
    }
    guard Set(found.names.map(\.description)) == Set(names(options)) else {
      return .failure(UnusableCertificate(reason: .otherNames(found.names.map(\.description))))
    }
    return .success(identity)
  }

  /// The secrets in which users and components look for it.
  ///
  /// - Parameter identity: The certificate and its key.
  /// - Returns: The default certificate of the ingress, the certificate alone for packages of users, and the one of Argo
  ///   CD's server. Argo CD's trust is part of its package (`argocd-tls-certs-cm`).
  /// - Throws: `CertificateError`.
  public static func secrets(_ identity: CertificateIdentity) throws(CertificateError) -> [Value] {
    let certificate = try identity.certificate.pem()
    let key = identity.privateKeyPEM.revealed
    return [
      .secret(
        Names.Certificate.secret, namespace: IngressChoice.installed.namespace, type: "kubernetes.io/tls",
        data: ["tls.crt": certificate, "tls.key": key]),
      .secret(
        Names.Certificate.secret, namespace: Names.Certificate.publicNamespace,
        data: [Names.Certificate.caKey: certificate]),
      // With the label Argo CD's server takes over a renewed certificate at once; without it, when it starts
      // (`isSettingsObject` in util/settings/settings.go of argoproj/argo-cd).
      .secret(
        Names.Certificate.argoCDServerSecret, namespace: Names.ArgoCD.namespace, type: "kubernetes.io/tls",
        labels: ["app.kubernetes.io/part-of": "argocd"],
        data: ["tls.crt": certificate, "tls.key": key]),
    ]
  }

  /// The organisation in idpbuilder's certificates (`pkg/build/tls.go`).
  static let organization = "cnoe.io"
}

/// An existing certificate cannot be kept.
public struct UnusableCertificate: Error, Sendable, Hashable {
  /// Why.
  public let reason: PlatformCertificate.Unusable
}
