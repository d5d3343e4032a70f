/// Which ingress the platform installs, and what the rest of the platform has to know about it.
///
/// This is the one place that decides. A successor of ingress-nginx needs its own folder in embedded-manifests, a value
/// here, and a folder of its name in the `routes` of every package that is reached through it.
public struct IngressChoice: Sendable, Hashable {
  /// The package that installs it.
  public let package: CorePackage
  /// The name of the folders in `routes` that hold the Ingress objects written for it.
  public let routes: String
  /// The name of its IngressClass.
  public let className: String
  /// Its namespace; the default certificate is put there.
  public let namespace: String
  /// The service to which the platform's names lead inside the cluster.
  public let service: String
  /// Its admission webhook, if it has one whose certificate must be issued.
  public let webhook: AdmissionWebhook?

  /// The service's full name in the cluster's DNS.
  public var serviceName: String { "\(service).\(namespace).svc.cluster.local" }

  /// The ingress of this version.
  public static let installed = IngressChoice(
    package: .nginx, routes: "nginx", className: "nginx", namespace: "ingress-nginx",
    service: "ingress-nginx-controller",
    webhook: AdmissionWebhook(
      configuration: "ingress-nginx-admission", namespace: "ingress-nginx",
      service: "ingress-nginx-controller-admission", secret: "ingress-nginx-admission"))
}

/// A webhook that checks objects on their way into the API server, over TLS.
public struct AdmissionWebhook: Sendable, Hashable {
  /// The name of its ValidatingWebhookConfiguration.
  public let configuration: String
  /// The namespace of its service and secret.
  public let namespace: String
  /// The service the API server connects to.
  public let service: String
  /// The secret from which the server reads its certificate, under the keys `ca`, `cert` and `key`.
  public let secret: String

  /// The names under which the API server may ask for it.
  public var serverNames: [String] { [service, "\(service).\(namespace).svc"] }
}
