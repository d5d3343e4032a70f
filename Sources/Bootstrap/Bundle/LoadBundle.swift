import Archive
import Diagnostics
import DockerEngine
import Documents
import FoundationEssentials
import HTTP
import KindCluster

extension StepID {
  static let verify: StepID = "verify"
  static let bundleImage: StepID = "image"
  static let bundlePackages: StepID = "packages"
}

/// What a bundle brought.
public struct LoadedBundle: Sendable, Hashable {
  /// The node image to ask for.
  public let nodeImage: String
  /// Whether that is the one that is used when nothing is said.
  public let isDefault: Bool
  /// The prepared image.
  public let image: String
  /// How many images are in it.
  public let imageCount: Int
  /// Paths to give to `--package`.
  public let packages: [String]
  /// Values to give to `--package-custom-file`.
  public let customizations: [String]
}

/// Brings a bundle into the engine. Everything in it is checked before anything is loaded.
///
/// - Parameters:
///   - path: The file.
///   - directory: Where packages are unpacked; must not exist or be empty. Not made if the bundle has none.
///   - dockerHost: Where the Docker Engine listens; nil for the usual places.
///   - environment: The process environment.
///   - events: Told everything that happens.
/// - Returns: What it brought.
/// - Throws: A `Failure`, or ``RunCancelled``.
public func loadBundle(
  _ path: String, packages directory: String, dockerHost: String?, environment: [String: String], events: EventSink
) async throws -> LoadedBundle {
  let file = try BundleFile(reading: path)
  let engine = try await connectEngine(dockerHost, environment)
  events.send(.heading("Bundle \(path)"))
  let reader = Promise<BundleReader>()
  let verify = Step(.verify, title: "verify") { context in
    let checked = try await BundleReader(file) { context.report("\($0 / 1_000_000) MB") }
    let own = try await engine.info()["Architecture"].stringValue.map(Architecture.name)
    guard own == nil || own == checked.manifest.architecture else {
      throw Failure(
        "the bundle is for \(checked.manifest.architecture)", cause: "the engine runs on \(own ?? "")",
        remedy: "save one on a machine of that architecture", status: .badInput)
    }
    // As an empty directory, it is replaced.
    if checked.content(of: BundleManifest.packagesMember) != nil,
      let names = try? FileManager.default.contentsOfDirectory(atPath: directory), !names.isEmpty
    {
      throw Failure(
        "packages cannot be unpacked to \(directory)", cause: "the directory is not empty",
        remedy: "name another one with --packages", status: .cannotCreate)
    }
    reader.fulfil(checked)
    return "all checksums are right"
  }
  let load = Step(.bundleImage, title: "image", after: [.verify]) { context in
    let bundle = try await reader.value()
    guard let content = bundle.content(of: BundleManifest.imageMember) else { return nil }
    context.report("loading \(content.size / 1_000_000) MB")
    try await engine.loadImages(ByteStream(content))
    guard try await PreparedImageStore(engine).images().contains(where: { $0.name == bundle.manifest.image }) else {
      throw Failure("the engine does not show the image that was loaded", cause: bundle.manifest.image)
    }
    return bundle.manifest.image
  }
  let unpack = Step(.bundlePackages, title: "packages", after: [.verify]) { _ in
    guard let content = try await reader.value().content(of: BundleManifest.packagesMember) else { return "none" }
    try await TarReader(content).extract(to: directory)
    return directory
  }
  try await Runner(events: events).run(Plan([verify, load, unpack]))
  let manifest = try await reader.value().manifest
  return LoadedBundle(
    nodeImage: manifest.nodeImage, isDefault: manifest.nodeImage == (try NodeImage.resolve(image: nil, version: nil)),
    image: manifest.image, imageCount: manifest.images.count, packages: manifest.packages.map { "\(directory)/\($0)" },
    customizations: manifest.customizations.map { change in
      let parts = change.split(separator: ":", maxSplits: 1).map(String.init)
      return parts.count == 2 ? "\(parts[0]):\(directory)/\(parts[1])" : change
    })
}

/// Names of processor architectures.
private enum Architecture {
  /// Go's name for what the engine says about its host (`uname -m`).
  static func name(_ machine: String) -> String {
    switch machine {
    case "x86_64": "amd64"
    case "aarch64": "arm64"
    default: machine
    }
  }
}
