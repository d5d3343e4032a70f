import ArgumentParser
import Bootstrap
import KindCluster

/// `idpbuilder cache prune`.
struct CachePrune: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune", abstract: "Remove prepared node images that are not used any longer.",
    usage: "idpbuilder cache prune [<options>]",
    discussion: """
      Removes those that `idpbuilder cache list` calls stale, and what killed runs left behind. An image that a cluster \
      was made from stays.

      Examples:
        idpbuilder cache prune
        idpbuilder cache prune --all
      """)

  @Flag(help: "Remove all of them.")
  var all = false
  @Option(help: ArgumentHelp("Only those that were made from this node image.", valueName: "image"))
  var nodeImage: String?
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let pruned = try await Bootstrap.pruneCache(
      all: all, nodeImage: nodeImage, dockerHost: engine.dockerHost, environment: console.environment
    ) { console.say(["Waiting for another idpbuilder that makes one (process \($0))."]) }
    for name in pruned.inUse { console.say(["Kept \(name): a cluster was made from it."]) }
    if pruned.removed.isEmpty, pruned.inUse.isEmpty { return console.say(["Nothing to remove."]) }
    console.say(pruned.removed.map { "Removed \($0.reference)." })
  }
}
