import Platform

extension UpstreamFacts {
  /// The Gitea chart 12.1.2 with idpbuilder's values, as `pkg/controllers/localbuild/resources/gitea/k8s/install.yaml`
  /// of cnoe-io/idpbuilder has it.
  static let gitea = UpstreamFacts(
    .gitea, version: "1.24.3",
    differences: [
      Difference("*label helm.sh/chart = *", "no chart is installed"),
      Difference("*label app.kubernetes.io/managed-by = Helm", "Helm manages nothing here"),
      Difference("Secret my-gitea: stringData assertions", "empty"),
      Difference("Secret my-gitea-init: stringData configure_gpg_environment.sh", "used only with signing keys"),
      Difference("Deployment my-gitea: spec.strategy.*", "replaced, not rolled: the level queue has a lock"),
      Difference("*.readinessProbe.initialDelaySeconds = *", "ready as soon as it answers"),
      Difference("*.readinessProbe.periodSeconds = *", "ready as soon as it answers"),
      Difference("*annotations.checksum/config = *", "settings do not change while the platform lives"),
      Difference("*.env.TMP_EXISTING_ENVS_FILE.value = *", "the script needs no such file"),
      Difference("*.secret.defaultMode = 110", "octal 156; scripts are readable and executable here (octal 555)"),
      Difference("*.securityContext = {}", "says nothing"),
      Difference("*.resources = {}", "says nothing"),
      Difference("*.resources.limits = {}", "says nothing"),
    ])
}
