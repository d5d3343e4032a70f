import Archive
import Packages
import Platform

/// What a bundle holds beside the image: packages, and changes to core packages.
struct BundlePackages: Sendable {
  /// The packages, each a path to give to `--package`.
  private(set) var packages: [String] = []
  /// Changes to core packages, each `PACKAGE:path`.
  private(set) var customizations: [String] = []
  /// The files.
  private(set) var items: [TarItem] = []

  /// Collects what `create` was given; the files are read later, and those of remote packages are there as long as the
  /// request is.
  ///
  /// - Throws: `Failure`, `CancellationError`.
  init(_ request: CreateRequest) async throws {
    for (index, package) in (request.packages?.packages ?? []).enumerated() {
      let contents = try await PackageContents(package)
      let root = "\(index + 1)-\(contents.name)"
      packages.append(contents.entry.map { "\(root)/\($0)" } ?? root)
      for item in contents.items {
        let path = "\(root)/\(item.path)"
        switch item.kind {
        case .file(let isExecutable):
          items.append(.file(path, contentsOf: item.file, mode: isExecutable ? 0o755 : 0o644, modified: 0))
        case .symbolicLink(let target): items.append(.symbolicLink(path, target: target))
        }
      }
    }
    let changes = request.platform?.customizations ?? [:]
    for (package, file) in changes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let path = "changes/\(package.rawValue).yaml"
      customizations.append("\(package.rawValue):\(path)")
      items.append(.file(path, text: file.text))
    }
  }
}
