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

  @OptionGroup var listing: ListingOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let found = try await Bootstrap.secrets(
      of: listing.reference, packages: listing.names, environment: console.environment)
    try listing.show(Answer(secrets: found), isEmpty: found.isEmpty, otherwise: "No secrets.", on: console)
  }

  struct Answer: Report {
    let secrets: [ListedSecret]
    var table: Table { Table(columns: ListedSecret.columns, rows: secrets.map(\.cells)) }
    var value: Value { .array(secrets.map(\.json)) }
  }
}
