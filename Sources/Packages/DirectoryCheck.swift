/// Whether a directory that an Application refers to can become a repository.
struct DirectoryCheck: Sendable {
  /// What a check depends on.
  struct Key: Sendable, Hashable {
    let directory: String
    let reference: String
    let roots: [String]

    init(_ location: PackageLocation, _ reference: String) {
      directory = location.directory
      self.reference = reference
      roots = location.roots
    }

    /// The referenced directory on this machine.
    var path: String { LexicalPath.join(directory, reference) }
  }

  /// How many faults of a directory's content are reported one by one.
  static let faultLimit = 10

  /// The longest path that the operating system takes (`PATH_MAX` on Linux, with its final null character).
  static let pathLimit = 4095

  /// What is wrong, nothing if it can.
  let faults: [String]

  /// Looks at the directory. Blocks.
  init(_ key: Key) {
    let path = key.path
    if key.reference.contains("{{") {
      faults = ["templates are filled in by Argo CD, too late to find a directory; name the directory itself"]
    } else if key.reference.utf8.contains(0) {
      faults = ["a directory's name cannot contain a null character"]
    } else if path.utf8.count > Self.pathLimit {
      faults = ["the directory's path has more than \(Self.pathLimit) bytes"]
    } else if !Self.isInside(path, key.roots) {
      faults = ["the directory \(path) is outside of its package \(key.roots.first ?? key.directory)"]
    } else {
      do throws(FileSystemError) {
        guard try FileSystem.kind(of: path, followingLinks: true) == .directory else {
          faults = ["\(path) is not a directory"]
          return
        }
      } catch {
        faults = ["the directory \(path) cannot be read: \(error.message)"]
        return
      }
      let content = DirectoryContent(listing: path)
      if content.entries.isEmpty && content.faults.isEmpty {
        faults = ["the directory \(path) is empty"]
      } else {
        let more = content.faults.count - Self.faultLimit
        faults =
          content.faults.prefix(Self.faultLimit).map { "\(path)\($0.path.isEmpty ? "" : "/\($0.path)") \($0.message)" }
          + (more > 0 ? ["\(path): \(more) more faults"] : [])
      }
    }
  }

  /// Whether the path is in one of the roots, judged by the closest directory upwards that exists.
  private static func isInside(_ path: String, _ roots: [String]) -> Bool {
    var existing = path
    while true {
      if let real = FileSystem.realPath(existing) {
        let resolved = LexicalPath.join(real, String(path.dropFirst(existing.count)))
        return roots.contains { LexicalPath.isInside(resolved, of: $0) }
      }
      if existing == "/" || existing == "." { return false }
      existing = LexicalPath.directory(existing)
    }
  }
}
