import ArgumentParser
import Bootstrap

/// Which cluster is meant.
struct ClusterOptions: ParsableArguments {
  static let defaultName = CreateOptions().name

  @Option(help: "The name of the cluster.")
  var name = defaultName

  /// What a command line needs to mean a cluster: ` --name demo`, nothing for the default.
  static func naming(_ name: String) -> String { name == defaultName ? "" : " --name \(name)" }
}

/// Where the Docker Engine is.
struct EngineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the Docker Engine listens: unix:///path or tcp://host:port.",
      discussion: "Default: DOCKER_HOST, the current docker context, or the usual sockets.", valueName: "address"))
  var dockerHost: String?
}

/// Which kubeconfig is meant.
struct KubeconfigOptions: ParsableArguments {
  @Option(
    name: .customLong("kubeconfig"),
    help: ArgumentHelp("The kubeconfig file.", discussion: "Default: KUBECONFIG or ~/.kube/config.", valueName: "file"))
  var path: String?
}
