import Diagnostics

/// Everything of one package that must come along when it moves to another machine.
public struct PackageContents: Sendable, Hashable {
  /// A file or symbolic link.
  public struct Item: Sendable, Hashable {
    /// The path in the package.
    public let path: String
    /// The file on this machine.
    public let file: String
    /// What it is.
    public let kind: DirectoryContent.Entry.Kind
  }

  /// What to call it: the last component of its path.
  public let name: String
  /// The file to give to `--package`, for a package of one file; nil for a directory.
  public let entry: String?
  /// Its files.
  public let items: [Item]

  /// Lists a package's files.
  ///
  /// - Parameter package: The package; the clone of a remote one must still be there.
  /// - Throws: `Failure` if it refers to directories outside of it, or has files that cannot be packed;
  ///   `CancellationError`.
  public init(_ package: Package) async throws {
    let directory = package.directory
    let listed: [String]
    if case .file(let path) = package.source {
      entry = LexicalPath.base(path)
      listed = package.applications.flatMap(\.directories).map(\.path)
    } else {
      (listed, entry) = ([directory], nil)
    }
    name = LexicalPath.base(package.source.remote.map { $0.path.isEmpty ? $0.address : $0.path } ?? directory)
    for reference in package.applications.flatMap(\.directories) {
      guard LexicalPath.isInside(reference.path, of: directory) else {
        throw Failure(
          "package \(package.source) refers to a directory outside of it", cause: "cnoe://\(reference.reference)",
          remedy: "give the directory that holds both", status: .badInput)
      }
    }
    var items: [Item] = []
    if let entry { items.append(Item(path: entry, file: "\(directory)/\(entry)", kind: .file(isExecutable: false))) }
    var paths = Set(items.map(\.path))
    let contents = try await Parallel.map(Array(Set(listed)).sorted()) { DirectoryContent(listing: $0) }
    for content in contents {
      if let fault = content.faults.first {
        throw Failure(
          "package \(package.source) cannot be packed", cause: "\(content.directory)/\(fault.path) \(fault.message)",
          status: .badInput)
      }
      let prefix = content.directory == directory ? "" : String(content.directory.dropFirst(directory.count + 1)) + "/"
      for entry in content.entries where paths.insert(prefix + entry.path).inserted {
        items.append(Item(path: prefix + entry.path, file: "\(content.directory)/\(entry.path)", kind: entry.kind))
      }
    }
    self.items = items
  }
}
