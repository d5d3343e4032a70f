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
      try await apply(
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
      let commits = try await commits.value()
      for package in CorePackage.allCases {
        try await client.patch(
          ObjectReference(.applications, package.rawValue, namespace: Names.ArgoCD.namespace),
          .merge(ArgoCDApplication.refresh))
      }
      try await awaitApplications(client, commits, context)
      try await writeStatuses(client, record, try await ourCommits.value())
      return "Synced and Healthy"
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
        until: { applications in
          let missing = CorePackage.allCases.compactMap { package -> String? in
            guard let application = applications.first(where: { $0["metadata"]["name"] == .string(package.rawValue) })
            else { return "\(package.rawValue): not there yet" }
            switch ApplicationState(application, revision: commits[package]) {
            case .done: return nil
            case .waiting(let text), .troubled(let text): return "\(package.rawValue): \(text)"
            }
          }
          return missing.isEmpty ? .ready : .pending(missing.joined(separator: "; "))
        })
      for application in applications
      where CorePackage(rawValue: application["metadata"]["name"].stringValue ?? "") != nil {
        if let notice = ApplicationState.leftoverNotice(application) { context.warn(notice) }
      }
    } catch let error as DeadlineExceeded {
      throw Failure(
        "Argo CD has not taken over the platform's packages", cause: error.description,
        remedy: "kubectl -n \(Names.ArgoCD.namespace) describe applications", status: .timedOut)
    }
  }

  private func writeStatuses(
    _ client: KubernetesClient, _ record: Value, _ commits: [CorePackage: String]
  ) async throws {
    for package in CorePackage.allCases {
      try await client.apply(
        records.gitRepository(package, customization: customizations[package]?.path, owner: record),
        fieldManager: Names.fieldManager)
      if let commit = commits[package] {
        try await client.apply(
          records.gitRepositoryStatus(package, commit: commit), fieldManager: Names.fieldManager, subresource: "status")
      }
    }
    try await client.apply(
      records.localbuildStatus(generation: record["metadata"]["generation"].intValue ?? 1),
      fieldManager: Names.fieldManager, subresource: "status")
  }
}
