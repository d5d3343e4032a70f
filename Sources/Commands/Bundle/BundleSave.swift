import ArgumentParser
import Bootstrap
import FoundationEssentials

/// `idpbuilder bundle save`.
struct BundleSave: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "save", abstract: "Write a file with the node image, everything inside, and packages.",
    usage: "idpbuilder bundle save <file> [<options>]",
    discussion: """
      On the other machine, `idpbuilder bundle load` and `idpbuilder create` need no registry, no DNS and no Internet.

      Examples:
        idpbuilder bundle save platform.tar
        idpbuilder bundle save platform.tar -p ./my-package --preload docker.io/library/alpine:3.22
      """)

  @Argument(help: "The file to write.")
  var file: String
  @OptionGroup var images: PreparedImageFlags
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    var options = images.options
    options.dockerHost = engine.dockerHost
    let progress = ProgressReport(on: console, format: .text)
    let size = try await progress.following { [options] events in
      try await Bootstrap.saveBundle(file, options, environment: console.environment, events: events)
    }
    try console.print(
      "\nSaved \(size / 1_000_000) MB.\n  there      idpbuilder bundle load \(ShellWord.quoted(file))\n")
  }
}
