import Diagnostics
import DockerEngine
import KindCluster

/// What the steps that put images into node images share.
final class PreparationRun: Sendable {
  /// What to do when the prepared image cannot be made.
  enum Demand: Sendable {
    /// Clusters can do without it: the user is told.
    case convenience
    /// It is what was asked for.
    case necessity
  }

  let engine: Engine
  let environment: [String: String]
  let images: [WantedImage]
  let demand: Demand
  /// Whether the images are unpacked into volumes for nodes, too.
  let wantsVolumes: Bool
  /// What was wanted and known before anything was done, one for each node image.
  let requests: [PreparedImageRequest]
  /// The images of the engine that are ready for use, by the node image they were made of, with or without a volume.
  let found: [String: PreparedImage]

  /// Whether every node image has been prepared already.
  let isComplete: Bool

  /// The image to start nodes from, by node image; made by the step of the prepared image.
  let startImages = Promise<[String: String]>()
  /// The volumes to copy for nodes, by node image; made by the step of the prepared image.
  let volumes = Promise<[String: String]>()
  /// The images that are inside already, whatever node image; made when the step has looked.
  let inside = Promise<Set<String>>()
  /// Why an image that the engine did not have could not be pulled, nil if it was; made by the step of each image.
  let pulls: [String: Promise<String?>]

  /// Looks what the engine has.
  ///
  /// - Parameters:
  ///   - engine: The engine.
  ///   - environment: The process environment.
  ///   - nodeImages: The node images of the cluster.
  ///   - images: What must be in them.
  ///   - demand: What to do when the prepared image cannot be made.
  ///   - wantsVolumes: Whether nodes are to share the files of a volume.
  /// - Throws: `EngineError`.
  init(
    _ engine: Engine, environment: [String: String], nodeImages: [String], images: [WantedImage],
    demand: Demand = .convenience, wantsVolumes: Bool = true
  ) async throws {
    self.engine = engine
    self.environment = environment
    self.images = images
    self.demand = demand
    self.wantsVolumes = wantsVolumes
    let store = PreparedImageStore(engine)
    let prepared = try await store.images()
    var requests: [PreparedImageRequest] = []
    var found: [String: PreparedImage] = [:]
    for nodeImage in Set(nodeImages).sorted() {
      let request = try await store.request(nodeImage: nodeImage, images: images.map(\.name))
      requests.append(request)
      found[nodeImage] = prepared.complete(for: request)
    }
    self.requests = requests
    self.found = found
    var isComplete = found.count == requests.count
    for image in found.values where isComplete && wantsVolumes { isComplete = try await store.hasVolume(image) }
    self.isComplete = isComplete
    // What a prepared image that lacks something else has, need not be pulled for it.
    let carried = requests.map { request in
      Set((prepared.base(for: request)?.image.content.images ?? [:]).keys).union(
        found[request.nodeImage] == nil ? [] : images.map(\.name))
    }
    let missing = images.filter { image in
      requests.contains { $0.images[image.name] == .some(nil) } && carried.contains { !$0.contains(image.name) }
    }
    pulls = Dictionary(uniqueKeysWithValues: missing.map { ($0.name, Promise()) })
  }

  /// For a look at the plan: the engine has nothing and is not asked.
  init(unasked engine: Engine, nodeImages: [String], images: [WantedImage]) {
    self.engine = engine
    environment = [:]
    self.images = images
    demand = .convenience
    wantsVolumes = true
    requests = Set(nodeImages).sorted().map { PreparedImageRequest(nodeImage: $0, nodeImageID: nil, images: [:]) }
    found = [:]
    isComplete = false
    pulls = [:]
  }

  /// One step for each image that must be pulled, and the one that puts all into the node image.
  func steps() -> [Step] { images.filter { pulls[$0.name] != nil }.map(pullImage) + [prepareNodeImage()] }

  /// `image …`: in the local engine, pulled unless the node image has it.
  private func pullImage(_ image: WantedImage) -> Step {
    Step(StepID("image-\(image.title)"), title: "image \(image.title)", after: [.nodeImage]) { [self] context in
      guard let pull = pulls[image.name] else { return nil }
      if try await inside.value().contains(image.name) {
        pull.fulfil(nil)
        return "in the node image"
      }
      do {
        try await ImagePull.run(image.source, engine, environment: environment, context)
        // An image that was pulled by its digest has no tag.
        let tag = try image.tag()
        if image.source != image.name {
          try await engine.tagImage(image.source, repository: tag.repository, tag: tag.tag)
        }
        pull.fulfil(nil)
        return "pulled"
      } catch let error as EngineError {
        if image.isRequired {
          throw Failure(
            "image \(image.name), given with --preload, is not to be had", because: error,
            remedy: "check its name and the network, or bring it with docker load")
        }
        pull.fulfil(error.message)
        return "not to be had"
      }
    }
  }
}
