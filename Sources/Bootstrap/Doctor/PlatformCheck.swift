import Diagnostics
import Documents
import KindCluster
import Kubernetes
import Platform

extension HealthCheck {
  /// `platform`: each of its components works, Argo CD is content with each, and the pages answer.
  static let platform = HealthCheck(id: "platform", title: "platform", limit: .seconds(45)) { context in
    let (_, client) = try await context.kubernetes()
    guard let access = try await context.platform() else {
      return [
        CheckFinding(
          .note, "platform.none", "the cluster has no platform",
          remedy: "idpbuilder create --name \(context.name)")
      ]
    }
    var findings: [CheckFinding] = []
    for component in try await PlatformHealth.components(client, since: context.cluster()?.starts ?? [:]) {
      findings += component.findings(create: "idpbuilder create --name \(context.name)")
    }
    let web = try access.webClient()
    for (name, url) in [("Argo CD", "\(access.options.argoCDURL)/"), ("Gitea", "\(access.options.giteaURL)/")] {
      guard let trouble = await PlatformAccess.trouble(at: url, web, deadline: .after(.seconds(10))) else { continue }
      findings.append(
        CheckFinding(
          .problem, "platform.page", "\(name) does not answer at \(url)", why: trouble,
          remedy: "kubectl -n \(IngressChoice.installed.namespace) logs deployment/ingress-nginx-controller"))
    }
    if findings.isEmpty {
      let names = CorePackage.allCases.map(\.folder).joined(separator: ", ")
      findings = [CheckFinding(.ok, "platform.healthy", "\(names): Synced and Healthy; both pages answer")]
    }
    return findings
  }
}

extension DoctorContext {
  /// The platform of the cluster, nil if it has none.
  ///
  /// - Throws: ``NotCheckable`` without a cluster that answers.
  func platform() async throws -> PlatformAccess? {
    let (_, client) = try await kubernetes()
    return try await PlatformAccess.find(
      client, engine: try await engine().engine, cluster: name.text, deadline: .after(.seconds(10)))
  }
}
