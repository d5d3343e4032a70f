import ArgumentParser

/// The root of the command tree.
struct Idpbuilder: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idpbuilder",
    abstract: "Build a developer platform on your own machine: Kubernetes, Argo CD, Gitea and an ingress in Docker.",
    discussion: """
      Start with `idpbuilder create`, stop with `idpbuilder delete`. Clusters are kind clusters: kind and kubectl work \
      on them too.

      Results go to standard output, everything else to standard error. Exit codes: docs/exit-codes.md.
      """,
    version: Version.text,
    groupedSubcommands: [
      CommandGroup(
        name: "Platform",
        subcommands: [
          Create.self, Stop.self, Start.self, Validate.self, Delete.self, Get.self, SnapshotCommand.self,
        ]),
      CommandGroup(name: "Images", subcommands: [Cache.self, Bundle.self]),
      CommandGroup(name: "Trouble", subcommands: [Status.self, Doctor.self, Logs.self]),
      CommandGroup(name: "Program", subcommands: [ShowVersion.self]),
    ])
}
