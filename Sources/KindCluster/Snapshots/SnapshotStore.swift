public import DockerEngine
import Documents

/// The snapshots of an engine.
public struct SnapshotStore: Sendable {
  private let engine: Engine

  /// Looks at an engine.
  public init(_ engine: Engine) { self.engine = engine }

  /// What a command that was killed left of a snapshot, or what one that runs has of it so far.
  public struct Remnant: Sendable, Hashable {
    /// What it is to the engine.
    public enum Kind: String, Sendable {
      /// A volume that no snapshot's image names.
      case volume
      /// An image that has lost its name to a newer snapshot.
      case image
    }
    /// What it is to the engine.
    public let kind: Kind
    /// Its name or id.
    public let id: String
    /// The name that the snapshot was to have.
    public let snapshot: String
    /// The cluster that was being saved.
    public let cluster: String
  }

  /// Everything there is, as one look.
  public struct Contents: Sendable {
    /// Snapshots, the newest first.
    public let snapshots: [Snapshot]
    /// What is left of others.
    public let remnants: [Remnant]
  }

  /// Looks.
  ///
  /// - Parameter cluster: A cluster's name, nil for all.
  /// - Returns: What there is.
  /// - Throws: `EngineError`.
  public func contents(of cluster: String? = nil) async throws -> Contents {
    let filter = cluster.map { "\(Snapshot.clusterLabel)=\($0)" } ?? Snapshot.label
    async let listedImages = engine.listImages(filters: ["label": [filter]])
    // Restored nodes' volumes have none of these labels: they belong to their containers.
    let volumes = try await engine.listVolumes(labels: [filter])
    let images = try await listedImages
    return Self.contents(images: images, volumes: volumes)
  }

  /// Matches images and volumes.
  static func contents(images: [Value], volumes: [Value]) -> Contents {
    let present = Set(volumes.compactMap { $0["Name"].stringValue })
    var snapshots: [Snapshot] = []
    var remnants: [Remnant] = []
    for image in images {
      if var snapshot = Snapshot(listed: image) {
        if !present.contains(snapshot.volume) { snapshot.damage = "its volume \(snapshot.volume) is gone" }
        snapshots.append(snapshot)
      } else if let id = image["Id"].stringValue {
        remnants.append(Remnant(.image, id, labels: image["Labels"]))
      }
    }
    let named = Set(snapshots.map(\.volume))
    for volume in volumes {
      guard let name = volume["Name"].stringValue, !named.contains(name) else { continue }
      remnants.append(Remnant(.volume, name, labels: volume["Labels"]))
    }
    snapshots.sort { ($0.created, $0.name) > ($1.created, $1.name) }
    return Contents(snapshots: snapshots, remnants: remnants.sorted { $0.id < $1.id })
  }

  /// Makes the volume of a new snapshot; until ``complete(_:node:)`` it is a remnant.
  ///
  /// - Parameters:
  ///   - volume: Its name, used by nothing else.
  ///   - snapshot: The snapshot's name.
  ///   - cluster: The cluster's name.
  /// - Throws: `EngineError`.
  public func makeVolume(_ volume: String, snapshot: String, cluster: String) async throws {
    _ = try await engine.createVolume(
      name: volume, labels: [Snapshot.label: snapshot, Snapshot.clusterLabel: cluster])
  }

  /// Makes the image of a snapshot whose volume is complete, and with that the snapshot.
  ///
  /// - Parameters:
  ///   - snapshot: All about it.
  ///   - node: The stopped node.
  /// - Returns: The snapshot with the image's id.
  /// - Throws: `EngineError`.
  public func complete(_ snapshot: Snapshot, node: String) async throws -> Snapshot {
    var snapshot = snapshot
    // The engine adds the container's labels unless they are set; those of the image it was made from would make this
    // one look like that.
    var labels = snapshot.container["Labels"].members.reduce(into: [String: String]()) { $0[$1.key] = "" }
    labels.merge(snapshot.labels) { $1 }
    snapshot.image = try await engine.commitContainer(
      node, repository: snapshot.reference.repository, tag: snapshot.reference.tag,
      configuration: ["Labels": Value(labels)])
    return snapshot
  }

  /// Removes a snapshot: its image first, so that no part of it is ever taken for the whole.
  public func remove(_ snapshot: Snapshot) async throws {
    do {
      // With force it loses its name even while a node runs from it; it then goes with that node.
      try await engine.removeImage("\(snapshot.reference.repository):\(snapshot.reference.tag)", force: true)
    } catch let error as EngineError where error.isNotFound {
      // Somebody else was first.
    }
    try await engine.removeVolume(snapshot.volume, force: true)
  }

  /// Removes what is left of a snapshot.
  public func remove(_ remnant: Remnant) async throws {
    switch remnant.kind {
    case .volume: try await engine.removeVolume(remnant.id, force: true)
    case .image:
      do {
        try await engine.removeImage(remnant.id)
      } catch let error as EngineError where error.isNotFound || error.isConflict {
        // Gone, or a node runs from it: it goes with the node's deletion and the next look.
      }
    }
  }
}

extension SnapshotStore.Remnant {
  fileprivate init(_ kind: Kind, _ id: String, labels: Value) {
    self.init(
      kind: kind, id: id, snapshot: labels[Snapshot.label].stringValue ?? "",
      cluster: labels[Snapshot.clusterLabel].stringValue ?? "")
  }
}
