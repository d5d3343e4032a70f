import Diagnostics
import Documents

/// Where a package's files are on this machine, and what they are called in messages and records.
struct PackageLocation: Sendable {
  let source: PackageSource
  /// The directory that references count from.
  let directory: String
  /// The root of the clone, for remote packages.
  let cloneDirectory: String?
  /// The directories that references may lead into, without symbolic links: the work tree of Git that the package is
  /// in, or its own directory if there is none; and the other packages that were given.
  var roots: [String]

  /// The package of a local source or a clone. Blocks.
  ///
  /// - Parameters:
  ///   - source: The package.
  ///   - clone: The directory of the clone, for remote packages.
  init(_ source: PackageSource, clone: String? = nil) {
    self.source = source
    cloneDirectory = clone
    switch source {
    case .directory(let path): directory = path
    case .file(let path): directory = LexicalPath.directory(path)
    case .remote(let remote): directory = LexicalPath.join(clone ?? "", remote.path)
    }
    let real = FileSystem.realPath(directory) ?? directory
    roots = [clone.map { FileSystem.realPath($0) ?? $0 } ?? Self.workTree(around: real) ?? real]
  }

  /// The closest directory upwards that is a work tree of Git.
  private static func workTree(around directory: String) -> String? {
    var directory = directory
    while true {
      if FileSystem.exists("\(directory)/.git") { return directory }
      if directory == "/" || directory == "." { return nil }
      directory = LexicalPath.directory(directory)
    }
  }

  /// A file of the package in messages.
  func display(_ name: String) -> String {
    guard let remote = source.remote else { return "\(directory)/\(name)" }
    return remote.display(remote.path.isEmpty ? name : "\(remote.path)/\(name)")
  }

  /// A file of the package as idpbuilder records it: `parent/name` for remote packages, even with an empty parent
  /// (`GetWorktreeYamlFiles` in `pkg/util/git_repository.go`).
  func recorded(_ name: String) -> String {
    guard let remote = source.remote else { return "\(directory == "/" ? "" : directory)/\(name)" }
    return "\(remote.path)/\(name)"
  }

  /// A referenced directory as idpbuilder records it.
  func recordedDirectory(_ reference: String) -> String {
    LexicalPath.join(source.remote?.path ?? directory, reference)
  }

  /// A package's files.
  struct Listing: Sendable {
    var names: [String] = []
    var findings: [Finding] = []
  }

  /// The names of the files that may contain Applications, in the order of their bytes, and what is wrong with the rest.
  func fileNames() -> Listing {
    var listing = Listing()
    if case .file(let path) = source {
      listing.names = [LexicalPath.base(path)]
      return listing
    }
    do throws(FileSystemError) {
      if let root = roots.first, let real = FileSystem.realPath(directory), !LexicalPath.isInside(real, of: root) {
        let fault = DocumentError(source: source.description, "the directory is outside of the repository")
        return Listing(findings: [.error(fault)])
      }
      for name in try FileSystem.names(in: directory) {
        guard let name, name.hasSuffix(".yaml") || name.hasSuffix(".yml") else { continue }
        switch try FileSystem.kind(of: "\(directory)/\(name)", followingLinks: false) {
        case .file: listing.names.append(name)
        case .symbolicLink: addLinked(name, to: &listing)
        case .directory, .other: break
        }
      }
    } catch {
      let words = source.remote == nil ? error.message : "no such directory in the repository (\(error.message))"
      listing.findings.append(.error(DocumentError(source: source.description, words), status: .notFound))
    }
    if listing.names.isEmpty, listing.findings.isEmpty {
      let message = "no YAML files (*.yaml, *.yml) at the top of the directory"
      listing.findings.append(.error(DocumentError(source: source.description, message)))
    }
    return listing
  }

  /// Takes a symbolic link to a file, unless that is outside of the package.
  private func addLinked(_ name: String, to listing: inout Listing) {
    guard let target = FileSystem.realPath("\(directory)/\(name)") else {
      listing.findings.append(.error(DocumentError(source: display(name), "the symbolic link leads nowhere")))
      return
    }
    guard roots.contains(where: { LexicalPath.isInside(target, of: $0) }) else {
      listing.findings.append(
        .error(DocumentError(source: display(name), "the symbolic link leads out of the package")))
      return
    }
    if case .file? = try? FileSystem.kind(of: target, followingLinks: true) { listing.names.append(name) }
  }
}
