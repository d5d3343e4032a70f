/// What a certificate shall say.
public struct CertificateTemplate: Sendable, Hashable {
  /// What the key may be used for in TLS (RFC 5280, section 4.2.1.12).
  public enum Usage: String, Sendable, Hashable {
    /// A server proves its identity.
    case serverAuthentication = "serverAuth"
    /// A client proves its identity.
    case clientAuthentication = "clientAuth"
  }

  /// The subject's common name; for people, never used to match a host. At most 64 bytes (RFC 5280, appendix A.1).
  public var commonName: String
  /// The subject's organisation, if any; Kubernetes reads groups from it.
  public var organization: String?
  /// The names it is valid for.
  public var names: [SubjectName]
  /// Whether it may sign other certificates.
  public var isAuthority: Bool
  /// What the key may be used for.
  public var usages: [Usage]
  /// How long it is valid, in whole seconds.
  public var validity: Duration

  /// Describes a certificate; see the properties. The default is a TLS server's for one year.
  public init(
    commonName: String, organization: String? = nil, names: [SubjectName], isAuthority: Bool = false,
    usages: [Usage] = [.serverAuthentication], validity: Duration = .seconds(365 * 24 * 3600)
  ) {
    self.commonName = commonName
    self.organization = organization
    self.names = names
    self.isAuthority = isAuthority
    self.usages = usages
    self.validity = validity
  }
}
