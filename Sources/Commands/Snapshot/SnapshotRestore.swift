import ArgumentParser
import Bootstrap

/// `idpbuilder snapshot restore`.
struct SnapshotRestore: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Put a cluster into the state of a snapshot.",
    usage: "idpbuilder snapshot restore [<options>] [<snapshot>]",
    discussion: """
      A cluster that exists is replaced, at the same ports: whatever changed since is gone. One that does not is made.

      Administrators' passwords and tokens are new ones; idpbuilder get secrets shows them.

      Examples:
        idpbuilder snapshot restore
        idpbuilder snapshot restore --name demo before-upgrade
      """)

  @Argument(help: "The snapshot; the newest if left out.")
  var snapshot: String?
  @OptionGroup(title: "Cluster") var cluster: ClusterOptions
  @Flag(help: "Give both administrators the password 'developer'.")
  var devPassword = false
  @OptionGroup var progress: ProgressOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var kubeconfig: KubeconfigOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    var options = RestoreOptions()
    options.name = cluster.name
    options.snapshot = snapshot
    options.devPassword = devPassword
    options.kubeconfig = kubeconfig.path
    options.dockerHost = engine.dockerHost
    let report = ProgressReport(on: console, format: progress.format)
    let outcome = try await report.following { [options] events in
      try await Bootstrap.restoreSnapshot(options, environment: console.environment, events: events)
    }
    if progress.format == .text {
      try console.print(Create.closing(outcome, after: report.elapsed, kubeconfig: kubeconfig.path))
    }
  }
}
