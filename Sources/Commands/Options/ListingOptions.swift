import ArgumentParser
import Bootstrap

/// What commands share that list something of the packages of a platform.
struct ListingOptions: ParsableArguments {
  @OptionGroup var cluster: ClusterOptions
  @Option(
    name: [.customShort("p"), .customLong("packages")],
    help: ArgumentHelp(
      "Only these packages, separated by commas.", discussion: "May be given several times.", valueName: "packages"))
  var packages: [String] = []
  @OptionGroup var output: OutputOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var kubeconfig: KubeconfigOptions

  /// The cluster that is meant.
  var reference: ClusterReference {
    ClusterReference(name: cluster.name, dockerHost: engine.dockerHost, kubeconfig: kubeconfig.path)
  }

  /// The packages that are meant; empty for all.
  var names: [String] { packages.flatMap { $0.split(separator: ",").map(String.init) } }

  /// Prints an answer in the wanted format; in place of an empty table, the sentence.
  func show(_ answer: some Report, isEmpty: Bool, otherwise sentence: String, on console: Console) throws {
    if isEmpty, output.format == .table { return console.say([sentence]) }
    try console.print(answer, as: output.format)
  }
}
