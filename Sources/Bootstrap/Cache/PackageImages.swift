import Documents
import FoundationEssentials
import Git
import Packages
import Platform

extension PackageRequest {
  /// The largest manifest that is looked into, in bytes.
  private static let largest = 4 << 20

  /// The images of workloads in the packages' directories, as far as these hold plain manifests. What a chart or a
  /// remote repository will ask for is only known in the cluster.
  ///
  /// - Returns: References as the workloads name them.
  /// - Throws: `Failure`, `CancellationError`.
  func images() async throws -> [String] {
    var images: Set<String> = []
    for repository in set.repositories {
      let files = try await repository.files()
      // Templates of a chart may look like manifests and are not.
      guard !files.contains(where: { $0.path == "Chart.yaml" || $0.path.hasSuffix("/Chart.yaml") }) else { continue }
      for file in files where [".yaml", ".yml", ".json"].contains(where: file.path.hasSuffix) {
        guard case .file(let path) = file.content, let data = FileManager.default.contents(atPath: path),
          data.count <= Self.largest, let documents = try? YAML.parseAll(Array(data), source: path)
        else { continue }
        images.formUnion(ImageList.images(in: documents.map(\.value)))
      }
    }
    return images.sorted()
  }
}
