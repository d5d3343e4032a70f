import Certificates
import Diagnostics
import Documents
import KindCluster
import Kubernetes
import Platform

extension RestartRun {
  /// Namespaces whose pods make the cluster and the platform; pods of users are their own affair.
  private static let namespaces = Set(["kube-system", "local-path-storage"] + CorePackage.allCases.map(\.namespace))

  /// The pods of the cluster and the platform among others.
  static func own(_ pods: [Value]) -> [Value] {
    pods.filter { namespaces.contains($0["metadata"]["namespace"].stringValue ?? "") }
  }

  /// `nodes ready`: the kubelet of each says so again. What it said before the stop is still there and does not count.
  func awaitNodes() -> Step {
    Step(.ready, title: "nodes ready", after: [.apiServer]) { [self] context in
      let client = try await kubernetes.value()
      let starts = try await starts.value()
      for node in nodes where node.role != nil {
        try await client.waitFor(
          ObjectReference(.nodes, node.name),
          until: .object { RestartState.readiness(ofNode: $0, since: starts[node.name]) }, deadline: deadline,
          report: { context.report("\(node.name): \($0)") })
      }
      if isNew { context.keepWhatWasMade(Self.kept) }
      return nil
    }
  }

  /// `pods`: the containers of the cluster's and the platform's pods were started again, and work.
  func awaitPods() -> Step {
    Step(.pods, title: "pods", after: [.ready]) { [self] context in
      let client = try await kubernetes.value()
      let starts = try await starts.value()
      let pods = try await client.waitForAll(
        .pods, deadline: deadline, report: { context.report($0) },
        until: { RestartState.readiness(ofPods: Self.own($0), since: starts) })
      return "\(Self.own(pods).count) started"
    }
  }

  /// `platform`: Argo CD says that everything is Synced and Healthy, after a new look, and both pages answer.
  func awaitPlatform() -> Step {
    Step(.platform, title: "platform", after: [.pods]) { [self] context in
      let client = try await kubernetes.value()
      guard let access = try await PlatformAccess.find(client, engine: engine, cluster: name.text) else {
        platform.fulfil(nil)
        return "none"
      }
      if let notice = access.expiry(cluster: name.text) {
        // Nobody would accept an answer.
        context.warn(notice)
        platform.fulfil(access)
        return "its certificate has expired"
      }
      // Argo CD reads from Gitea: what it says before Gitea answers is worth nothing.
      try await access.awaitPages(deadline: deadline) { context.report($0) }
      try await awaitApplications(client, context)
      platform.fulfil(access)
      return "Synced and Healthy"
    }
  }

  /// Has Argo CD look at everything anew, and waits for its verdict. Should it not get at Gitea yet, it would look again
  /// by itself only after minutes, so it is asked to.
  private func awaitApplications(_ client: KubernetesClient, _ context: StepContext) async throws {
    var backoff = Backoff(first: .milliseconds(500), limit: .seconds(4))
    var outstanding = CorePackage.allCases.map(\.rawValue)
    while !outstanding.isEmpty {
      for name in outstanding {
        let reference = ObjectReference(.applications, name, namespace: Names.ArgoCD.namespace)
        guard try await client.get(reference) != nil else {
          throw Failure(
            "the platform is not complete", cause: "Argo CD has no Application \(name)",
            remedy: "complete it: idpbuilder create --name \(self.name)", status: .unhealthy)
        }
        try await client.patch(reference, .merge(ArgoCDApplication.refresh))
      }
      let applications = try await client.waitForAll(
        .applications, namespace: Names.ArgoCD.namespace,
        labels: "\(Names.Label.packageType)=\(Names.Label.core)", deadline: deadline,
        report: { context.report($0) },
        until: { RestartState.troubled($0).isEmpty ? RestartState.readiness(ofApplications: $0) : .ready })
      outstanding = RestartState.troubled(applications)
      if !outstanding.isEmpty {
        try await backoff.pause(until: deadline, awaiting: "Argo CD: \(outstanding.joined(separator: ", "))")
      }
    }
  }
}
