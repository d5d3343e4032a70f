import ArgumentParser

/// `idpbuilder get`.
struct Get: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what exists.", subcommands: [GetClusters.self, GetSecrets.self, GetCertificate.self])
}
