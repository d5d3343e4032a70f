import Archive
import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes
import Platform

extension HealthCheck {
  /// `certificates`: those of the control plane and of the platform are valid, and for how long.
  static let certificates = HealthCheck(id: "certificates", title: "certificates", limit: .seconds(30)) { context in
    guard let cluster = try await context.cluster(), let node = cluster.controlPlane else {
      throw NotCheckable(reason: "there is no cluster \(context.name)")
    }
    let now = UnixTime(seconds: Int64(context.system.now()))
    var findings: [CheckFinding] = []
    let control = try await CertificateCheck.controlPlane(of: Node(try await context.engine().engine, name: node.name))
    if let (name, first) = control.min(by: { $0.1.notAfter < $1.1.notAfter }) {
      findings.append(
        CertificateCheck.finding(
          "control-plane", "the control plane's (\(name))", first, now: now, few: .seconds(30 * 86_400),
          remedy: "docker exec \(node.name) kubeadm certs renew all; idpbuilder stop --name \(context.name); "
            + "idpbuilder start --name \(context.name)"))
    }
    if let (_, client) = try? await context.kubernetes(), try await context.platform() != nil {
      let secret = try await client.get(
        .secrets, Names.Certificate.secret, namespace: IngressChoice.installed.namespace,
        deadline: .after(.seconds(10)))
      let renew = "idpbuilder create --name \(context.name)"
      if let data = secret?["data"]["tls.crt"].stringValue, let text = Base64.decodeText(data),
        let certificate = try? Certificate(pem: text)
      {
        findings.append(
          CertificateCheck.finding(
            "platform", "the platform's (\(certificate.names.map(\.description).joined(separator: ", ")))", certificate,
            now: now, few: .seconds(86_400), remedy: "renew it: \(renew)"))
      } else {
        findings.append(
          CheckFinding(
            .problem, "certificates.platform-missing", "the platform's certificate is missing or damaged",
            why: "browsers and git refuse the platform", remedy: "renew it: \(renew)"))
      }
    }
    return findings
  }
}

/// How long certificates are valid.
enum CertificateCheck {
  /// The certificates that kubeadm made, by file name; of a stopped node, too.
  static func controlPlane(of node: Node) async throws -> [(String, Certificate)] {
    guard let archive = try await node.engine.getArchive(node.name, path: "/etc/kubernetes/pki") else { return [] }
    let reader = TarReader(archive)
    var found: [(String, Certificate)] = []
    while let entry = try await reader.next() {
      guard case .file = entry.kind, entry.path.hasSuffix(".crt") else { continue }
      let text = String(decoding: try await reader.content(limit: 1 << 20), as: UTF8.self)
      let name = entry.path.split(separator: "/").last.map(String.init) ?? entry.path
      if let certificate = try? Certificate(pem: text) { found.append((name, certificate)) }
    }
    return found
  }

  static func finding(
    _ id: String, _ whose: String, _ certificate: Certificate, now: UnixTime, few: Duration, remedy: String
  ) -> CheckFinding {
    let end = certificate.notAfter
    if end < now {
      return CheckFinding(
        .problem, "certificates.\(id)-expired", "\(whose) has expired on \(end)",
        why: "nobody who verifies it connects any longer", remedy: remedy)
    }
    if now < certificate.notBefore {
      return CheckFinding(
        .problem, "certificates.\(id)-early", "\(whose) is valid only from \(certificate.notBefore)",
        why: "a clock was wrong when it was made, or is now", remedy: "check the clock (date), then: \(remedy)")
    }
    let left = end - now
    return CheckFinding(
      left < few ? .warning : .ok, "certificates.\(id)", "\(whose): \(left.components.seconds / 86_400) days left",
      why: left < few ? "after that nobody who verifies it connects" : nil, remedy: left < few ? remedy : nil)
  }
}
