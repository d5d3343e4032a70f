import Archive
import Diagnostics
import DockerEngine
import FoundationEssentials
import KindCluster

extension StepID {
  static let bundle: StepID = "bundle"
}

/// Writes one file with everything that `create` with the same options needs on a machine without network.
///
/// - Parameters:
///   - path: The file; it appears when it is complete.
///   - options: What `create` will be asked for there.
///   - environment: The process environment.
///   - events: Told everything that happens.
/// - Returns: The size of the file in bytes.
/// - Throws: A `Failure`, or ``RunCancelled``.
public func saveBundle(
  _ path: String, _ options: CreateOptions, environment: [String: String], events: EventSink
) async throws -> Int64 {
  let absolute = AbsolutePath.of(path)
  try BundleFile.requireWritable(absolute, given: path)
  let wanted = try await CreateRequest(options, environment: environment) { events.send(.heading($0)) }
  // It keeps the clones of remote packages.
  defer { withExtendedLifetime(wanted) {} }
  let packages = try await BundlePackages(wanted)
  let engine = try await connectEngine(options.dockerHost, environment)
  let nodeImages = Set(wanted.cluster.nodes.map(\.image)).sorted()
  guard let nodeImage = nodeImages.first, nodeImages.count == 1 else {
    throw Failure("a bundle is for one node image", cause: nodeImages.joined(separator: ", "), status: .usage)
  }
  events.send(.heading("Bundle \(path) · \(NodeImage.friendly(nodeImage))"))
  guard
    let preparation = try await wanted.preparation(
      options, engine, environment: environment, demand: .necessity, wantsVolumes: false)
  else {
    throw Failure("there is nothing to put into a bundle", status: .usage)
  }
  let size = Promise<Int64>()
  let write = Step(.bundle, title: "bundle", after: [.preparedImage]) { context in
    let prepared = try await preparation.startImages.value()[nodeImage]
    guard let image = try await PreparedImageStore(engine).images().first(where: { $0.name == prepared }) else {
      throw Failure(
        "the prepared node image is gone from the engine", remedy: "run the command again", status: .notFound)
    }
    let missing = preparation.images.map(\.name).filter { image.content.images[$0] == nil }
    guard missing.isEmpty else {
      throw Failure(
        "images are missing", cause: missing.joined(separator: ", "),
        remedy: "check the network, or bring them with docker load", status: .notFound)
    }
    let file = try BundleFile(writing: "\(absolute).partial")
    context.rollBack("removing \(file.path)") { file.remove() }
    var writer = BundleWriter(file)
    context.report("waiting for the engine to pack \(image.reference)")
    try await writer.add(BundleManifest.imageMember, engine.saveImages([image.reference])) { bytes in
      let part = Double(bytes) / Double(max(1, image.size))
      context.report("\(bytes / 1_000_000) of about \(image.size / 1_000_000) MB", fraction: min(1, part))
    }
    if !packages.items.isEmpty {
      context.report("packing packages")
      try await writer.add(BundleManifest.packagesMember, TarWriter(packages.items))
    }
    try await writer.finish(
      BundleManifest(
        nodeImage: nodeImage, image: image.reference, architecture: image.content.architecture,
        images: image.content.images.keys.sorted(), packages: packages.packages,
        customizations: packages.customizations, members: []))
    let total = writer.members.reduce(0) { $0 + $1.size }
    try await file.finish(as: absolute)
    context.keepWhatWasMade("the bundle is complete")
    size.fulfil(total)
    return "\(path), \(total / 1_000_000) MB"
  }
  let needed = preparation.isComplete ? [] : nodeImages
  let steps = [Step.pullNodeImages(needed, engine, environment: environment)] + preparation.steps() + [write]
  try await Runner(events: events).run(Plan(steps))
  return try await size.value()
}
