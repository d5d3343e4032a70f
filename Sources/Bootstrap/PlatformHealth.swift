import Certificates
import Diagnostics
import Documents
import Kubernetes
import Platform

/// How the packages of a platform are: their workloads, and what Argo CD says of them.
enum PlatformHealth {
  /// One package.
  struct Component: Sendable {
    let package: CorePackage
    /// The workloads that are not ready, by name.
    let troubled: [(name: String, state: WorkloadState)]
    /// How many workloads it has.
    let workloads: Int
    /// Nil if Argo CD has no Application for it.
    let application: ApplicationState?

    /// Whether there is nothing to say against it.
    var isHealthy: Bool {
      guard case .done = application else { return false }
      return troubled.isEmpty && workloads > 0
    }
  }

  /// Looks at all packages.
  ///
  /// - Parameters:
  ///   - client: The API server.
  ///   - starts: When the nodes were started, by name: what is said of pods that ran before does not count.
  ///   - deadline: When to give up.
  /// - Returns: All packages.
  /// - Throws: What the client throws.
  static func components(
    _ client: KubernetesClient, since starts: [String: UnixTime], deadline: Deadline = .after(.seconds(30))
  ) async throws -> [Component] {
    let applications = try await client.list(
      .applications, namespace: Names.ArgoCD.namespace, deadline: deadline
    ).items
    var found: [Component] = []
    for package in CorePackage.allCases {
      let namespace = package.namespace
      let workloads =
        try await client.list(.deployments, namespace: namespace, deadline: deadline).items
        + client.list(.statefulSets, namespace: namespace, deadline: deadline).items
      let pods = try await client.list(.pods, namespace: namespace, deadline: deadline).items
      let events = try await client.list(.events, namespace: namespace, deadline: deadline).items
      found.append(
        component(
          package, workloads: workloads, pods: pods, events: events, applications: applications, since: starts))
    }
    return found
  }

  /// Judges one package by its objects.
  static func component(
    _ package: CorePackage, workloads: [Value], pods: [Value], events: [Value], applications: [Value],
    since starts: [String: UnixTime] = [:]
  ) -> Component {
    var states = workloads.map {
      (name: $0["metadata"]["name"].stringValue ?? "?", state: WorkloadState($0, pods: pods, events: events))
    }
    for pod in RestartState.notStartedAgain(pods, since: starts) {
      states.append((pod, .waiting("has not been started again since the node was")))
    }
    let application = applications.first { $0["metadata"]["name"].stringValue == package.rawValue }
    return Component(
      package: package, troubled: states.filter { $0.state != .ready }, workloads: workloads.count,
      application: application.map { ApplicationState($0) })
  }
}

extension PlatformHealth.Component {
  /// What is wrong, for the doctor.
  func findings(create: String) -> [CheckFinding] {
    let namespace = package.namespace
    if workloads == 0 {
      return [
        CheckFinding(
          .problem, "platform.missing", "\(package.folder): nothing of it is there", remedy: "complete it: \(create)")
      ]
    }
    var findings = troubled.map { name, state in
      switch state {
      case .failed(let failure):
        let text = failure.failure(package: package.rawValue, log: nil)
        return CheckFinding(
          .problem, "platform.unhealthy", "\(package.folder): \(name): \(text.what)", why: text.cause,
          remedy: text.remedy ?? "kubectl -n \(namespace) describe pod \(failure.pod)")
      case .waiting(let text):
        return CheckFinding(
          .problem, "platform.unhealthy", "\(package.folder): \(name): \(text)",
          remedy: "kubectl -n \(namespace) get pods,events")
      case .ready: return CheckFinding(.ok, "platform.unhealthy", name)
      }
    }
    switch application {
    case .done: break
    case nil:
      findings.append(
        CheckFinding(
          .problem, "platform.not-handed-over", "\(package.folder): Argo CD has no Application for it",
          remedy: "complete it: \(create)"))
    case .waiting(let text), .troubled(let text):
      findings.append(
        CheckFinding(
          findings.isEmpty ? .problem : .note, "platform.application", "\(package.folder): \(text)",
          why: "what Argo CD says",
          remedy: "kubectl -n \(Names.ArgoCD.namespace) describe application \(package.rawValue)"))
    }
    return findings
  }
}
