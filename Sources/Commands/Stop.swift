import ArgumentParser
import Bootstrap
import Terminal

/// `idpbuilder stop`.
struct Stop: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stop a cluster; it keeps everything, and `idpbuilder start` brings it back.",
    usage: "idpbuilder stop [<options>]",
    discussion: """
      Ends the nodes the way a machine is shut down, all at once. Works on clusters that kind made, too.

      Examples:
        idpbuilder stop
        idpbuilder stop --name demo
      """)

  @OptionGroup(title: "Cluster") var cluster: ClusterOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let progress = ProgressReport(on: console, format: .text)
    let stopped = try await progress.following { events in
      try await Bootstrap.stop(
        ClusterReference(name: cluster.name, dockerHost: engine.dockerHost), environment: console.environment,
        events: events)
    }
    console.say([stopped.isEmpty ? "Cluster \(cluster.name) does not run." : "Stopped cluster \(cluster.name)."])
  }
}
