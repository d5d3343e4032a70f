import ArgumentParser
import Bootstrap
import Documents
import Packages
import Terminal

/// `idpbuilder get packages`.
struct GetPackages: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "packages", abstract: "Show the packages that were installed with --package.",
    usage: "idpbuilder get packages [<options>]",
    discussion: """
      Examples:
        idpbuilder get packages
        idpbuilder get packages -o json | jq -r '.[] | .Name + " " + .Health'
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
    let found = try await Bootstrap.packages(of: reference, names: wanted, environment: console.environment)
    if found.isEmpty, output.format == .table { return console.say(["No packages."]) }
    try console.print(Answer(packages: found), as: output.format)
  }

  struct Answer: Report {
    let packages: [ListedPackage]
    var table: Table { Table(columns: ListedPackage.columns, rows: packages.map(\.cells)) }
    var value: Value { .array(packages.map(\.json)) }
  }
}
