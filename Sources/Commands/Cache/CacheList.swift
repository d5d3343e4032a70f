import ArgumentParser
import Bootstrap
import Documents
import FoundationEssentials
import KindCluster
import Terminal

/// `idpbuilder cache list`.
struct CacheList: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the prepared node images of the engine.",
    usage: "idpbuilder cache list [<options>]",
    discussion: """
      Sizes include the node image, whose layers are stored once. Volumes hold the images unpacked, and share their \
      place on the disk with the nodes that were made from them.

      Examples:
        idpbuilder cache list
        idpbuilder cache list --volumes
        idpbuilder cache list -o json | jq '.[].images'
      """)

  @Flag(help: "Show how much the volumes hold, too: the engine may count for a while.")
  var volumes = false
  @OptionGroup var output: OutputOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let images = try await Bootstrap.cachedImages(
      withVolumes: volumes, dockerHost: engine.dockerHost, environment: console.environment)
    if images.isEmpty, output.format == .table { return console.say(["No prepared node images."]) }
    try console.print(Answer(images: images, hasVolumes: volumes), as: output.format)
  }

  struct Answer: Report {
    let images: [CachedImage]
    let hasVolumes: Bool

    var table: Table {
      Table(
        columns: ["NAME", "NODE IMAGE", "IMAGES", "SIZE"] + (hasVolumes ? ["VOLUME"] : []) + ["CREATED", "STATE"],
        rows: images.map { cached in
          let volume = cached.volumeSize.map(CacheList.size) ?? "none"
          return [
            cached.image.reference, NodeImage.friendly(cached.image.content.nodeImage),
            String(cached.image.content.images.count), CacheList.size(cached.image.size),
          ] + (hasVolumes ? [volume] : []) + [
            CacheList.time(cached.image.created), CacheList.text(cached.standing),
          ]
        })
    }

    var value: Value {
      .array(
        images.map { cached in
          let content = cached.image.content
          return [
            "name": cached.image.name.map(Value.string) ?? .null, "id": .string(cached.image.id),
            "volume": cached.image.volume.map(Value.string) ?? .null, "nodeImage": .string(content.nodeImage),
            "architecture": .string(content.architecture),
            "images": .array(content.images.keys.sorted().map(Value.string)), "size": .integer(cached.image.size),
            "volumeSize": cached.volumeSize.map(Value.integer) ?? .null,
            "created": .string(CacheList.time(cached.image.created)),
            "state": cached.standing.isStale ? "stale" : "current",
            "reason": CacheList.reason(cached.standing).map(Value.string) ?? .null,
          ]
        })
    }
  }

  private static func size(_ bytes: Int64) -> String { "\(bytes / 1_000_000) MB" }

  /// RFC 3339, in UTC.
  private static func time(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
  }

  private static func reason(_ standing: PreparedImageStanding) -> String? {
    if case .stale(let reason) = standing { reason } else { nil }
  }

  private static func text(_ standing: PreparedImageStanding) -> String {
    reason(standing).map { "stale: \($0)" } ?? "current"
  }
}
