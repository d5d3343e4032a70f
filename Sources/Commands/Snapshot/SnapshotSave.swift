import ArgumentParser
import Bootstrap
import KindCluster
import Terminal

/// `idpbuilder snapshot save`.
struct SnapshotSave: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "save", abstract: "Save a healthy cluster with everything on it.",
    usage: "idpbuilder snapshot save [<options>] [<snapshot>]",
    discussion: """
      The node is stopped for some seconds and started again; the command ends when everything works again. Only \
      clusters with one node can be saved. A snapshot of the same name is replaced.

      The newest snapshots of a cluster are kept, three unless --keep says otherwise; older ones are removed. They \
      share image layers and image content with the node, so each takes little room while the cluster exists.

      Examples:
        idpbuilder snapshot save
        idpbuilder snapshot save --name demo before-upgrade
      """)

  @Argument(help: "A name for the snapshot; one made of the time if left out.")
  var snapshot: String?
  @OptionGroup(title: "Cluster") var cluster: ClusterOptions
  @Option(help: ArgumentHelp("How many snapshots of the cluster are kept.", valueName: "number"))
  var keep = SaveOptions().keep
  @OptionGroup var progress: ProgressOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var kubeconfig: KubeconfigOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if keep < 1 { throw ValidationError("--keep must be at least 1") }
  }

  func run(on console: Console) async throws {
    var options = SaveOptions()
    options.name = cluster.name
    options.snapshot = snapshot
    options.keep = keep
    options.kubeconfig = kubeconfig.path
    options.dockerHost = engine.dockerHost
    let report = ProgressReport(on: console, format: progress.format)
    let saved = try await report.following { [options] events in
      try await Bootstrap.saveSnapshot(options, environment: console.environment, events: events)
    }
    guard progress.format == .text else { return }
    let name = ClusterOptions.naming(cluster.name)
    try console.print(
      "\nSaved snapshot \(saved.name) in \(report.elapsed.text).\n"
        + "  \("back to it".padded(to: 11))idpbuilder snapshot restore\(name) \(saved.name)\n")
  }
}
