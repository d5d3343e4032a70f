import Diagnostics
import Documents
import KindCluster
import Kubernetes

extension ClusterRun {
  /// `nodes ready`: Kubernetes says so of each, and a single node takes workloads and load balancers.
  func awaitNodes() -> Step {
    var after: [StepID] = [.controlPlane, .networkPlugin, .storage, .kubeconfig]
    if cluster.nodes.count > 1 { after.append(.workers) }
    return Step(.ready, title: "nodes ready", after: after) { [self] context in
      let client = try await kubernetes.value()
      if cluster.nodes.count == 1 { try await admitLoadBalancers(client) }
      if options.wait == .zero {
        try await markComplete(client)
        context.keepWhatWasMade(RestartRun.kept)
        return "not awaited, as asked"
      }
      let deadline = Deadline.after(options.wait)
      for name in cluster.nodeNames {
        try await client.waitFor(
          ObjectReference(.nodes, name), until: .condition("Ready"), deadline: deadline,
          report: { context.report("\(name): \($0)") })
      }
      // A controller makes it a moment after the API server starts; until then every pod is refused.
      try await client.waitFor(
        ObjectReference(.serviceAccounts, "default", namespace: "default"), until: .exists, deadline: deadline,
        report: { context.report("service account default: \($0)") })
      try await markComplete(client)
      // Whatever fails from here on is about what runs on the cluster, and can be mended there.
      context.keepWhatWasMade(RestartRun.kept)
      return nil
    }
  }

  /// Notes in the cluster that nothing of it is missing: one that a killed run left half made can look quite healthy.
  private func markComplete(_ client: KubernetesClient) async throws {
    try await client.patch(
      ObjectReference(.namespaces, "kube-system"),
      .merge(["metadata": ["annotations": [Self.completionAnnotation: "true"]]]))
  }

  /// kubeadm tells load balancers to leave control plane nodes out; with one node there would be none left.
  /// Source: kind `pkg/cluster/internal/create/actions/kubeadminit/init.go`.
  private func admitLoadBalancers(_ client: KubernetesClient) async throws {
    let label = "node.kubernetes.io/exclude-from-external-load-balancers"
    try await client.patch(
      ObjectReference(.nodes, cluster.controlPlaneName), .merge(["metadata": ["labels": [label: .null]]]))
  }
}

/// What a Node object says of itself.
enum NodeCondition {
  /// Whether its Ready condition is true.
  static func isReady(_ node: Value) -> Bool {
    node["status"]["conditions"].elements.contains { $0["type"] == "Ready" && $0["status"] == "True" }
  }
}
