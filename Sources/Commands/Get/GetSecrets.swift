import ArgumentParser
import Bootstrap
import Documents
import Platform
import Terminal

/// `idpbuilder get secrets`.
struct GetSecrets: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "secrets", abstract: "Show the platform's user names, passwords and tokens.",
    usage: "idpbuilder get secrets [<options>]",
    discussion: """
      Shows the administrators of the core packages, and every secret labelled cnoe.io/cli-secret=true.

      Examples:
        idpbuilder get secrets
        idpbuilder get secrets -p gitea -o json | jq -r '.[0].password'
      """)

  @OptionGroup var cluster: ClusterOptions
  @Option(
    name: [.customShort("p"), .customLong("packages")],
    help: ArgumentHelp(
      "Only these packages, separated by commas.", discussion: "May be given several times.", valueName: "packages"))
  var packages: [String] = []
  @OptionGroup var output: OutputOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let reference = ClusterReference(name: cluster.name, dockerHost: engine.dockerHost)
    let wanted = packages.flatMap { $0.split(separator: ",").map(String.init) }
    let secrets = try await Bootstrap.secrets(of: reference, packages: wanted, environment: console.environment)
    if secrets.isEmpty, output.format == .table { return console.say(["No secrets."]) }
    try console.print(Answer(secrets: secrets), as: output.format)
  }

  struct Answer: Report {
    let secrets: [ListedSecret]
    var table: Table { Table(columns: ListedSecret.columns, rows: secrets.map(\.cells)) }
    var value: Value { .array(secrets.map(\.json)) }
  }
}
