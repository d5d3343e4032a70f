import Diagnostics
import Documents
import Kubernetes
import Platform

extension PlatformRun {
  /// `applications`: Argo CD knows the platform's packages.
  ///
  /// Before the repositories have anything in them: what it finds in the cluster takes it seconds to read, the first
  /// time, and Gitea is still starting then.
  func makeApplications() -> Step {
    Step(.applications, title: "applications", after: [.package(.argocd), .dns, .records]) { [self] _ in
      let record = try await localbuild.value()
      try await applyDifferences(
        CorePackage.allCases.map { package in
          ArgoCDApplication.core(package, repositoryURL: repositoryURL(package), owner: record)
        })
      return nil
    }
  }

  /// `hand-over`: Argo CD has taken charge of the platform's packages, from the repositories in Gitea.
  func handOver() -> Step {
    Step(.handOver, title: "hand-over", after: [.repositories, .applications]) { [self] context in
      let client = try await kubernetes.value()
      let record = try await localbuild.value()
      let filled = try await repositories.value()
      let commits = filled.mapValues(\.commit)
      let present = try await presentApplications(client)
      // Argo CD itself sees what changes in the cluster; it is asked to look where it does not have what Git has.
      if Self.missing(in: present, commits) != nil {
        for package in CorePackage.allCases {
          try await client.patch(
            ObjectReference(.applications, package.rawValue, namespace: Names.ArgoCD.namespace),
            .merge(ArgoCDApplication.refresh))
        }
        try await awaitApplications(client, commits, context)
      } else {
        Self.warnOfLeftovers(present, context)
      }
      try await writeStatuses(client, record, filled)
      return "Synced and Healthy"
    }
  }

  private func presentApplications(_ client: KubernetesClient) async throws -> [Value] {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      for package in CorePackage.allCases {
        group.addTask {
          try await client.get(.applications, package.rawValue, namespace: Names.ArgoCD.namespace)
        }
      }
      return try await group.reduce(into: []) { if let object = $1 { $0.append(object) } }
    }
  }

  /// What the platform's Applications lack; nil if nothing.
  private static func missing(in applications: [Value], _ commits: [CorePackage: String]) -> String? {
    let missing = CorePackage.allCases.compactMap { package -> String? in
      guard let application = applications.first(where: { $0["metadata"]["name"] == .string(package.rawValue) })
      else { return "\(package.rawValue): not there yet" }
      switch ApplicationState(application, revision: commits[package]) {
      case .done: return nil
      case .waiting(let text), .troubled(let text): return "\(package.rawValue): \(text)"
      }
    }
    return missing.isEmpty ? nil : missing.joined(separator: "; ")
  }

  private static func warnOfLeftovers(_ applications: [Value], _ context: StepContext) {
    for application in applications
    where CorePackage(rawValue: application["metadata"]["name"].stringValue ?? "") != nil {
      if let notice = ApplicationState.leftoverNotice(application) { context.warn(notice) }
    }
  }

  func repositoryURL(_ package: CorePackage) -> String {
    options.repositoryURL(Names.repository(cluster: clusterName, package: package.rawValue))
  }

  private func awaitApplications(
    _ client: KubernetesClient, _ commits: [CorePackage: String], _ context: StepContext
  ) async throws {
    do {
      let applications = try await client.waitForAll(
        .applications, namespace: Names.ArgoCD.namespace, deadline: .after(.seconds(300)),
        report: { context.report($0) },
        until: { Self.missing(in: $0, commits).map { .pending($0) } ?? .ready })
      Self.warnOfLeftovers(applications, context)
    } catch let error as DeadlineExceeded {
      throw Failure(
        "Argo CD has not taken over the platform's packages", cause: error.description,
        remedy: "kubectl -n \(Names.ArgoCD.namespace) describe applications", status: .timedOut)
    }
  }

  private func writeStatuses(
    _ client: KubernetesClient, _ record: Value, _ filled: [CorePackage: FilledRepository]
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (package, repository) in filled {
        group.addTask { [self] in
          let wanted = records.gitRepository(package, customization: customizations[package]?.path, owner: record)
          try await client.applyRecord(wanted, over: repository.record)
          try await client.applyRecord(
            records.gitRepositoryStatus(package, commit: repository.ours), over: repository.record,
            subresource: "status")
        }
      }
      group.addTask { [self] in
        try await client.applyRecord(
          records.localbuildStatus(generation: record["metadata"]["generation"].intValue ?? 1), over: record,
          subresource: "status")
      }
      try await group.waitForAll()
    }
  }
}
