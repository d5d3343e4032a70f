import ArgumentParser

/// `idpbuilder cache`.
struct Cache: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Manage node images with everything inside.",
    discussion: """
      The first `idpbuilder create` puts the images that the platform needs into a copy of the node image; later ones \
      start from it and need no registry.
      """,
    subcommands: [CacheList.self, CacheBuild.self, CachePrune.self])
}
