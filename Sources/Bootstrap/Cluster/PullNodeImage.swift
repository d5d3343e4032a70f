import Diagnostics
import DockerEngine
import KindCluster

extension ClusterRun {
  /// `node image`: in the local engine, pulled only if it is not there.
  func pullNodeImage() -> Step {
    // One that a prepared image was made of is not needed any longer.
    let images = Set(cluster.nodes.map(\.image)).subtracting(preparation?.found.keys.map { $0 } ?? [])
    return .pullNodeImages(images.sorted(), engine, environment: environment)
  }

  /// Looks for an image, also by its tag alone: an image that was loaded from an archive has no registry digest.
  static func find(_ image: String, in engine: Engine) async throws -> String? {
    if try await engine.inspectImage(image) != nil { return image }
    let tag = NodeImage.friendly(image)
    guard tag != image, try await engine.inspectImage(tag) != nil else { return nil }
    return tag
  }
}

extension Step {
  /// `node image`: these are in the local engine, pulled only if they are not there.
  static func pullNodeImages(_ images: [String], _ engine: Engine, environment: [String: String]) -> Step {
    Step(.nodeImage, title: "node image") { _ in
      if images.isEmpty { return .satisfied("prepared") }
      for image in images where try await ClusterRun.find(image, in: engine) == nil { return .missing }
      return .satisfied("present")
    } run: { context in
      for image in images where try await ClusterRun.find(image, in: engine) == nil {
        do {
          try await ImagePull.run(image, engine, environment: environment, context)
        } catch let error as EngineError {
          throw Failure(
            "node image \(NodeImage.friendly(image)) cannot be pulled", because: error,
            remedy: "check the network, or bring the image (docker load) and name it with --node-image")
        }
      }
      return images.map(NodeImage.friendly).joined(separator: ", ")
    }
  }
}
