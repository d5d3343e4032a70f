import ArgumentParser
import Bootstrap
import Packages

/// `idpbuilder validate`.
struct Validate: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check packages without installing them.",
    usage: "idpbuilder validate --package <package> [<options>]",
    discussion: """
      Says for every fault the file, line and column, what is wrong and what was expected. Needs no Docker Engine.

      Examples:
        idpbuilder validate -p ./my-package
        idpbuilder validate -p https://github.com/cnoe-io/stacks//ref-implementation
      """)

  @OptionGroup var given: PackageOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if given.package.isEmpty { throw ValidationError("Missing expected argument '--package <package>'") }
  }

  func run(on console: Console) async throws {
    let report = try await Bootstrap.validate(packages: given.package) { console.say([$0]) }
    console.say(report.warnings.map(\.description))
    try report.requireSound()
    let count = report.packages.reduce(0) { $0 + $1.applications.count }
    try console.print("\(count) \(count == 1 ? "application" : "applications"), no faults\n")
  }
}
