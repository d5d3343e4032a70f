import ArgumentParser

/// `idpbuilder get`.
struct Get: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what exists.",
    subcommands: [GetClusters.self, GetPackages.self, GetSecrets.self, GetCertificate.self])
}
