import ArgumentParser

/// `idpbuilder snapshot`.
struct SnapshotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", abstract: "Save a healthy platform, and bring it back in a fraction of the time.",
    discussion: """
      A snapshot is an image and a volume in the Docker Engine. `idpbuilder create` starts from one by itself when it \
      was saved from the same node image, options, manifests and packages.
      """,
    subcommands: [SnapshotSave.self, SnapshotList.self, SnapshotRestore.self, SnapshotDelete.self])
}
