import Certificates
import Documents
import Kubernetes
import Platform

extension PlatformRun {
  /// `certificate`: the platform has one that is valid for its names, and everybody who needs it finds it.
  func issueCertificate() -> Step {
    Step(.certificate, title: "certificate", after: after) { [self] context in
      let client = try await kubernetes.value()
      let secret = try await client.get(
        .secrets, Names.Certificate.secret, namespace: IngressChoice.installed.namespace)
      let identity: CertificateIdentity
      switch PlatformCertificate.existing(in: secret, options) {
      case .success(let existing):
        identity = existing
      case .failure(let unusable):
        if unusable.reason != .missing { context.warn("the certificate is renewed: \(unusable.reason)") }
        identity = try PlatformCertificate.make(options)
      }
      let rendered = try render(certificatePEM: identity.certificate.pem())
      packages.fulfil(rendered)
      // Namespaces of all packages come first: the certificate is put into several of them.
      try await applyDifferences(rendered.values.flatMap(\.adoptedObjects).filter { ApplyPhase($0) == .namespaces })
      try await applyDifferences(PlatformCertificate.secrets(identity))
      certificate.fulfil(identity)
      return "*.\(options.host), until \(String(describing: identity.certificate.notAfter).prefix(10))"
    }
  }

  /// All packages, with the user's changes.
  func render(certificatePEM: String) throws -> [CorePackage: RenderedPackage] {
    var packages: [CorePackage: RenderedPackage] = [:]
    for package in CorePackage.allCases {
      var rendered = try package.rendered(options, certificatePEM: certificatePEM)
      if let file = customizations[package] {
        let customization = try PackageCustomization(
          parsing: file.text, source: file.path, package: package, options: options, certificatePEM: certificatePEM)
        rendered = customization.applied(to: rendered)
      }
      packages[package] = rendered
    }
    return packages
  }
}
