import Diagnostics
import DockerEngine
import KindCluster

extension ClusterRun {
  /// `node image`: in the local engine, pulled only if it is not there.
  func pullNodeImage() -> Step {
    let images = Array(Set(cluster.nodes.map(\.image))).sorted()
    return Step(.nodeImage, title: "node image") { [engine] _ in
      for image in images where try await Self.find(image, in: engine) == nil { return .missing }
      return .satisfied("present")
    } run: { [engine, environment] context in
      for image in images where try await Self.find(image, in: engine) == nil {
        do {
          var credentials: RegistryCredentials?
          if let reference = ImageReference(image) {
            credentials = try await RegistryCredentials.find(for: reference, environment: environment)
          }
          var summary = PullSummary()
          for try await progress in engine.pullImage(image, credentials: credentials) {
            if let line = summary.take(progress) { context.report(line.text, fraction: line.fraction) }
          }
        } catch let error as EngineError {
          throw Failure(
            "node image \(NodeImage.friendly(image)) cannot be pulled", because: error,
            remedy: "check the network, or bring the image (docker load) and name it with --node-image")
        }
      }
      return images.map(NodeImage.friendly).joined(separator: ", ")
    }
  }

  /// Looks for an image, also by its tag alone: an image that was loaded from an archive has no registry digest.
  static func find(_ image: String, in engine: Engine) async throws -> String? {
    if try await engine.inspectImage(image) != nil { return image }
    let tag = NodeImage.friendly(image)
    guard tag != image, try await engine.inspectImage(tag) != nil else { return nil }
    return tag
  }
}
