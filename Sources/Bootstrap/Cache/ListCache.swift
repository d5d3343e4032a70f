import DockerEngine
import Documents
public import KindCluster

/// A prepared node image as `idpbuilder cache list` shows it.
public struct CachedImage: Sendable, Hashable {
  /// The image.
  public let image: PreparedImage
  /// Whether the next cluster starts from it.
  public let standing: PreparedImageStanding
  /// How much its volume holds, in bytes; nil if it has none or that was not asked for.
  public var volumeSize: Int64?
}

/// The prepared node images of the engine, newest first.
///
/// - Parameters:
///   - withVolumes: Whether the sizes of their volumes are found out: the engine counts those of all volumes.
///   - dockerHost: Where the Docker Engine listens; nil for the usual places.
///   - environment: The process environment.
/// - Returns: All of them.
/// - Throws: A `Failure` or an `EngineError`.
public func cachedImages(
  withVolumes: Bool = false, dockerHost: String?, environment: [String: String]
) async throws -> [CachedImage] {
  let engine = try await connectEngine(dockerHost, environment)
  var images = try await cachedImages(engine)
  guard withVolumes, images.contains(where: { $0.image.volume != nil }) else { return images }
  var sizes: [String: Int64] = [:]
  for volume in try await engine.diskUsage(of: ["volume"])["Volumes"].elements {
    if let name = volume["Name"].stringValue, let size = volume["UsageData"]["Size"].intValue, size >= 0 {
      sizes[name] = Int64(size)
    }
  }
  for index in images.indices { images[index].volumeSize = images[index].image.volume.flatMap { sizes[$0] } }
  return images
}

func cachedImages(_ engine: Engine) async throws -> [CachedImage] {
  let store = PreparedImageStore(engine)
  let images = try await store.images()
  let standings = PreparedImage.standings(images, ids: try await store.ids(in: images))
  return images.map { CachedImage(image: $0, standing: standings[$0.id] ?? .current) }
}

/// What `idpbuilder cache prune` did.
public struct CachePruning: Sendable, Hashable {
  /// What was removed.
  public var removed: [PreparedImage] = []
  /// What would have been removed but is the image of a cluster, by name.
  public var inUse: [String] = []
}

/// Removes prepared node images that are not used any longer, and what killed runs left behind.
///
/// - Parameters:
///   - all: Remove those that the next cluster would start from, too.
///   - nodeImage: Only what was made from this node image; nil for everything.
///   - dockerHost: Where the Docker Engine listens; nil for the usual places.
///   - environment: The process environment.
///   - waiting: Called once if another idpbuilder makes one at this moment, with its process id.
/// - Returns: What was done.
/// - Throws: A `Failure` or an `EngineError`.
public func pruneCache(
  all: Bool, nodeImage: String? = nil, dockerHost: String?, environment: [String: String], waiting: (String) -> Void
) async throws -> CachePruning {
  let engine = try await connectEngine(dockerHost, environment)
  let lock = try LockFile(name: PreparationRun.lockName, engine: engine.endpoint.name, environment: environment)
  try await lock.take(waiting: waiting)
  defer { withExtendedLifetime(lock) {} }
  try await PreparationContainer.removeLeftovers(of: PreparationRun.owner(lock), engine)
  var result = CachePruning()
  for cached in try await cachedImages(engine) where all || cached.standing.isStale {
    if let nodeImage, cached.image.content.nodeImage != nodeImage { continue }
    if try await PreparedImageStore(engine).remove(cached.image) {
      result.removed.append(cached.image)
    } else {
      result.inUse.append(cached.image.reference)
    }
  }
  try await PreparedVolume.removeLeftovers(of: PreparationRun.owner(lock), engine)
  return result
}
