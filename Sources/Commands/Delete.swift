import ArgumentParser
import Bootstrap

/// `idpbuilder delete`.
struct Delete: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete a cluster: its containers, its volumes and its entries in the kubeconfig.",
    usage: "idpbuilder delete [<options>]",
    discussion: """
      Works on clusters that kind made, too.

      Examples:
        idpbuilder delete
        idpbuilder delete --name demo
      """)

  @OptionGroup(title: "Cluster") var cluster: ClusterOptions
  @Flag(help: "Delete all clusters of the engine, those of kind included.")
  var all = false
  @OptionGroup var engine: EngineOptions
  @OptionGroup var kubeconfig: KubeconfigOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if all, cluster.name != ClusterOptions.defaultName { throw ValidationError("Give --name or --all, not both") }
  }

  func run(on console: Console) async throws {
    var options = DeleteOptions()
    options.name = cluster.name
    options.all = all
    options.kubeconfig = kubeconfig.path
    options.dockerHost = engine.dockerHost
    let deleted = try await Bootstrap.delete(options, environment: console.environment)
    if deleted.isEmpty { return console.say([all ? "No clusters." : "No cluster \(cluster.name)."]) }
    console.say(deleted.map { "Deleted cluster \($0)." })
  }
}
