import ArgumentParser
import Bootstrap
import Documents
import KindCluster
import Terminal

/// `idpbuilder snapshot list`.
struct SnapshotList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the snapshots of the engine, newest first.",
    usage: "idpbuilder snapshot list [<options>]",
    discussion: """
      SIZE is what a snapshot's volume holds; OWN is how much of that was copied when it was saved. The rest shares \
      its place on the disk with the cluster and other snapshots while these exist.

      Examples:
        idpbuilder snapshot list
        idpbuilder snapshot list -o json | jq -r '.[].name'
      """)

  @Option(help: "Only snapshots of this cluster.")
  var name: String?
  @OptionGroup var output: OutputOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let contents = try await Bootstrap.snapshots(
      of: name, dockerHost: engine.dockerHost, environment: console.environment)
    let answer = Answer(contents)
    if answer.isEmpty, output.format == .table { return console.say(["No snapshots."]) }
    try console.print(answer, as: output.format)
  }

  struct Answer: Report {
    private let contents: SnapshotStore.Contents

    init(_ contents: SnapshotStore.Contents) { self.contents = contents }

    /// Images that lost their name to a newer snapshot take no room of their own.
    private var halfWritten: [SnapshotStore.Remnant] { contents.remnants.filter { $0.kind == .volume } }
    var isEmpty: Bool { contents.snapshots.isEmpty && halfWritten.isEmpty }

    var table: Table {
      Table(
        columns: ["NAME", "CLUSTER", "SAVED", "VERSION", "SIZE", "OWN", "STATE"],
        rows: contents.snapshots.map {
          [
            $0.name, $0.cluster, $0.created, $0.version, ByteCount.text($0.size), ByteCount.text($0.copied),
            $0.damage.map { "damaged: \($0)" } ?? ($0.key == nil ? "complete, for restore only" : "complete"),
          ]
        } + halfWritten.map { [$0.snapshot, $0.cluster, "", "", "", "", "half-written, never used"] })
    }

    var value: Value {
      .array(
        contents.snapshots.map { snapshot in
          [
            "name": .string(snapshot.name), "cluster": .string(snapshot.cluster), "saved": .string(snapshot.created),
            "nodeImage": .string(snapshot.nodeImage), "version": .string(snapshot.version),
            "key": snapshot.key.map(Value.string) ?? .null, "size": .integer(snapshot.size),
            "own": .integer(snapshot.copied), "volume": .string(snapshot.volume),
            "complete": .bool(snapshot.damage == nil), "damage": snapshot.damage.map(Value.string) ?? .null,
          ]
        }
          + halfWritten.map { remnant in
            [
              "name": .string(remnant.snapshot), "cluster": .string(remnant.cluster), "saved": .null,
              "nodeImage": .null, "version": .null, "key": .null, "size": .null, "own": .null,
              "volume": .string(remnant.id), "complete": false, "damage": "half-written",
            ]
          })
    }
  }
}
