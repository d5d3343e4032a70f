import ArgumentParser
import Bootstrap

/// `idpbuilder snapshot delete`.
struct SnapshotDelete: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete snapshots.",
    usage: "idpbuilder snapshot delete [<options>] (<snapshot> ... | --all)",
    discussion: """
      The cluster itself is left alone. What interrupted commands left of snapshots of the cluster goes, too.

      Examples:
        idpbuilder snapshot delete before-upgrade
        idpbuilder snapshot delete --name demo --all
      """)

  @Argument(help: "The snapshots.")
  var snapshots: [String] = []
  @OptionGroup(title: "Cluster") var cluster: ClusterOptions
  @Flag(help: "Delete all snapshots of the cluster.")
  var all = false
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if snapshots.isEmpty != all { throw ValidationError("Name the snapshots, or give --all") }
  }

  func run(on console: Console) async throws {
    let deleted = try await Bootstrap.deleteSnapshots(
      all ? [] : snapshots, of: cluster.name, dockerHost: engine.dockerHost, environment: console.environment)
    if deleted.isEmpty { return console.say(["No snapshots of cluster \(cluster.name)."]) }
    console.say(deleted.map { "Deleted snapshot \($0)." })
  }
}
