import ArgumentParser
import Bootstrap

/// The options of `create` that shape the cluster.
struct NewClusterFlags: ParsableArguments {
  @Option(help: "The name of the cluster.")
  var name = ClusterOptions.defaultName
  @Flag(help: "Delete the cluster first if it exists.")
  var recreate = false
  @Option(help: ArgumentHelp("The Kubernetes version, for example v1.35.0.", valueName: "version"))
  var kubeVersion: String?
  @Option(help: ArgumentHelp("The node image; overrides --kube-version.", valueName: "image"))
  var nodeImage: String?
  @Option(help: ArgumentHelp("A cluster configuration in kind's format (v1alpha4).", valueName: "file or URL"))
  var kindConfig: String?
  @Option(
    help: ArgumentHelp(
      "An image that the nodes have from the start.",
      discussion: "May be given several times. The platform's own images are always there.", valueName: "image"))
  var preload: [String] = []
  @Flag(help: "Start from the node image as it is, without a prepared one.")
  var noCache = false
  @Flag(help: "Build afresh, even if there is a snapshot of the same platform.")
  var noSnapshot = false
  @Flag(help: "When creating fails, leave what was made, to look at it.")
  var retain = false
  @Option(help: ArgumentHelp("How long to wait for the cluster, for example 90s or 5m.", valueName: "duration"))
  var wait = TimeSpan(CreateOptions().wait)

  /// Brings the options into the job's input.
  func apply(to options: inout CreateOptions) {
    options.name = name
    options.recreate = recreate
    options.kubeVersion = kubeVersion
    options.nodeImage = nodeImage
    options.kindConfig = kindConfig
    options.preload = preload
    options.usesCache = !noCache
    options.usesSnapshots = !noSnapshot
    options.retain = retain
    options.wait = wait.duration
  }
}
