import ArgumentParser
import Bootstrap

/// `idpbuilder bundle load`.
struct BundleLoad: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Bring what a file holds into the engine.",
    usage: "idpbuilder bundle load <file> [<options>]",
    discussion: """
      All checksums are verified before anything is loaded. Prints the command that creates the platform.

      Examples:
        idpbuilder bundle load platform.tar
        idpbuilder bundle load platform.tar --packages ./packages
      """)

  @Argument(help: "The file.")
  var file: String
  @Option(help: ArgumentHelp("Where to unpack the packages.", valueName: "directory"))
  var packages = "idpbuilder-packages"
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let progress = ProgressReport(on: console, format: .text)
    let loaded = try await progress.following { events in
      try await Bootstrap.loadBundle(
        file, packages: packages, dockerHost: engine.dockerHost, environment: console.environment, events: events)
    }
    try console.print(BundleLoad.closing(loaded))
  }

  /// What to do next.
  static func closing(_ bundle: LoadedBundle) -> String {
    var words = ["idpbuilder", "create"]
    if !bundle.isDefault { words += ["--node-image", ShellWord.quoted(bundle.nodeImage)] }
    words += bundle.packages.flatMap { ["-p", ShellWord.quoted($0)] }
    words += bundle.customizations.flatMap { ["-c", ShellWord.quoted($0)] }
    return "\nLoaded \(bundle.image) with \(bundle.imageCount) images inside.\n  create     "
      + words.joined(separator: " ") + "\n"
  }
}
