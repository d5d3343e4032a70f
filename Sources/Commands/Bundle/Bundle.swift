import ArgumentParser

/// `idpbuilder bundle`.
struct Bundle: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take everything to a machine without network, in one file.",
    subcommands: [BundleSave.self, BundleLoad.self])
}
