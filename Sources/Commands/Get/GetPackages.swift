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

  @OptionGroup var listing: ListingOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let found = try await Bootstrap.packages(
      of: listing.reference, names: listing.names, environment: console.environment)
    try listing.show(Answer(packages: found), isEmpty: found.isEmpty, otherwise: "No packages.", on: console)
  }

  struct Answer: Report {
    let packages: [ListedPackage]
    var table: Table { Table(columns: ListedPackage.columns, rows: packages.map(\.cells)) }
    var value: Value { .array(packages.map(\.json)) }
  }
}
