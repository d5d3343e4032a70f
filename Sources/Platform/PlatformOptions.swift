public import Diagnostics

/// What a user may choose about the platform when it is created, checked.
///
/// These choices are those of idpbuilder's `create` and cannot change while the cluster lives
/// (`api/v1alpha1/localbuild_types.go` in cnoe-io/idpbuilder: `BuildCustomizationSpec`).
public struct PlatformOptions: Sendable, Hashable {
  /// How people reach the platform.
  public enum Scheme: String, Sendable, Hashable, CaseIterable {
    /// Without TLS.
    case http
    /// With TLS; the usual choice.
    case https
  }

  /// The platform's name, below which its services live: `cnoe.localtest.me`.
  public let host: String
  /// The name that the ingress answers to where it differs from `host`: behind a proxy or a tunnel.
  public let ingressHost: String
  /// How people reach the platform.
  public let scheme: Scheme
  /// The port at which people reach the platform.
  public let port: Int
  /// Whether services are paths below `host` rather than names below it.
  public let usePathRouting: Bool
  /// Whether both administrators have the well-known password for development.
  public let usesStaticPassword: Bool

  /// Checks a user's choices; the defaults are idpbuilder's.
  ///
  /// - Parameters:
  ///   - host: A DNS name.
  ///   - ingressHost: A DNS name; `host` if nil or empty.
  ///   - scheme: How people reach the platform.
  ///   - port: 1 to 65535.
  ///   - usePathRouting: Whether services are paths rather than names.
  ///   - usesStaticPassword: Whether both administrators have the password `developer`.
  /// - Throws: `Failure` with the status `usage` that names the wrong option.
  public init(
    host: String = "cnoe.localtest.me", ingressHost: String? = nil, scheme: Scheme = .https, port: Int = 8443,
    usePathRouting: Bool = false, usesStaticPassword: Bool = false
  ) throws(Failure) {
    self.host = try Self.dnsName(host, option: "--host")
    let ingressHost = ingressHost.flatMap { $0.isEmpty ? nil : $0 }
    self.ingressHost = try Self.dnsName(ingressHost ?? host, option: "--ingress-host-name")
    guard (1...65_535).contains(port) else {
      throw Failure("--port \(port) is not a port", remedy: "use a number from 1 to 65535", status: .usage)
    }
    self.scheme = scheme
    self.port = port
    self.usePathRouting = usePathRouting
    self.usesStaticPassword = usesStaticPassword
  }

  /// A DNS name in the spelling Kubernetes wants for Ingress hosts: lower case letters, digits and hyphens in labels of
  /// at most 63 bytes (RFC 1123 §2.1); no more than 240 in all, so that `argocd.` before it still fits 253.
  private static func dnsName(_ text: String, option: String) throws(Failure) -> String {
    let name = text.lowercased()
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    let isName =
      name.utf8.count <= 240
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
            default: false
            }
          }
      }
    // All digits in the last label means an address, which has no names below it and no certificate with a wildcard.
    guard isName, labels.last?.allSatisfy(\.isNumber) == false else {
      throw Failure(
        "\(option) \(text) is not a DNS name", cause: "labels are letters, digits and hyphens, separated by dots",
        remedy: "use a name such as cnoe.localtest.me", status: .usage)
    }
    return name
  }
}
