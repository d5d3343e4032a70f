import Platform

extension UpstreamFacts {
  /// `manifests/install.yaml` of argoproj/argo-cd.
  static let argocd = UpstreamFacts(
    .argocd, version: "v3.5.1",
    differences: [
      Difference("*: pod.*.imagePullPolicy = Always", "images that are in the node already are used"),
      Difference("*.readinessProbe.initialDelaySeconds = *", "ready as soon as it answers"),
      Difference("*.readinessProbe.periodSeconds = *", "ready as soon as it answers"),
    ])
}
