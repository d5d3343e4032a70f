import Platform

extension UpstreamFacts {
  /// `deploy/static/provider/kind/deploy.yaml` of kubernetes/ingress-nginx.
  static let nginx = UpstreamFacts(
    .nginx, version: "1.15.1",
    differences: [
      Difference("Job ingress-nginx-admission-create: *", "the webhook's certificate is issued by idpbuilder"),
      Difference("Job ingress-nginx-admission-patch: *", "the webhook's certificate is issued by idpbuilder"),
      Difference("ServiceAccount ingress-nginx-admission: *", "for the Jobs"),
      Difference("Role ingress-nginx-admission: *", "for the Jobs"),
      Difference("RoleBinding ingress-nginx-admission: *", "for the Jobs"),
      Difference("ClusterRole ingress-nginx-admission: *", "for the Jobs"),
      Difference("ClusterRoleBinding ingress-nginx-admission: *", "for the Jobs"),
      Difference("Service ingress-nginx-controller: spec.type = LoadBalancer", "NodePort, as idpbuilder has it"),
      Difference("Deployment *.args = *", "two more arguments; see RenderingTests"),
      Difference("Deployment *.image = *@sha256:*", "the tag alone, so that a loaded image is found"),
      Difference("*.readinessProbe.initialDelaySeconds = *", "ready as soon as it answers"),
      Difference("*.readinessProbe.periodSeconds = *", "ready as soon as it answers"),
    ])
}
