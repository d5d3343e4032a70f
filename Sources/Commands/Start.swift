import ArgumentParser
import Bootstrap
import Terminal

/// `idpbuilder start`.
struct Start: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start a cluster that was stopped, and wait until all of it works again.",
    usage: "idpbuilder start [<options>]",
    discussion: """
      Whatever stopped it: `idpbuilder stop`, docker, or a reboot. The nodes may get other addresses; the kubeconfig is \
      brought up to date. Works on clusters that kind made, too.

      Examples:
        idpbuilder start
        idpbuilder start --name demo --wait 15m
      """)

  @OptionGroup(title: "Cluster") var cluster: ClusterOptions
  @Option(help: ArgumentHelp("How long to wait until everything works, for example 90s or 5m.", valueName: "duration"))
  var wait = TimeSpan(StartOptions().wait)
  @OptionGroup var progress: ProgressOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var kubeconfig: KubeconfigOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    var options = StartOptions()
    options.name = cluster.name
    options.wait = wait.duration
    options.kubeconfig = kubeconfig.path
    options.dockerHost = engine.dockerHost
    let report = ProgressReport(on: console, format: progress.format)
    let outcome = try await report.following { [options] events in
      try await Bootstrap.start(options, environment: console.environment, events: events)
    }
    if progress.format == .text {
      try console.print(Create.closing(outcome, after: report.elapsed, kubeconfig: kubeconfig.path))
    }
  }
}
