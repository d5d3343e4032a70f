import ArgumentParser
import Bootstrap
import Documents
import Terminal

/// `idpbuilder get clusters`.
struct GetClusters: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "clusters", abstract: "List the clusters of the engine, those of kind included.",
    usage: "idpbuilder get clusters [<options>]",
    discussion: """
      Examples:
        idpbuilder get clusters
        idpbuilder get clusters -o json | jq -r '.[].name'
      """)

  @OptionGroup var output: OutputOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let clusters = try await Bootstrap.clusters(dockerHost: engine.dockerHost, environment: console.environment)
    if clusters.isEmpty, output.format == .table { return console.say(["No clusters."]) }
    try console.print(Answer(clusters: clusters), as: output.format)
  }

  struct Answer: Report {
    let clusters: [ClusterSummary]

    var table: Table {
      Table(
        columns: ["NAME", "STATUS", "VERSION", "API SERVER", "NODES"],
        rows: clusters.map {
          [$0.name, $0.status, $0.version ?? "", $0.server ?? "", $0.nodes.joined(separator: ", ")]
        })
    }

    var value: Value {
      .array(
        clusters.map { cluster in
          [
            "name": .string(cluster.name), "status": .string(cluster.status),
            "version": cluster.version.map(Value.string) ?? .null,
            "server": cluster.server.map(Value.string) ?? .null, "nodes": .array(cluster.nodes.map(Value.string)),
          ]
        })
    }
  }
}
