import Diagnostics

/// A path from an archive that was checked to stay inside: components without `/`, `.` and `..`.
struct SafePath: Hashable {
  let components: [String]

  /// Checks a path; leading `./` and doubled or trailing slashes are harmless and dropped.
  ///
  /// - Throws: ``ArchiveError`` with `unsafePath` for an absolute path, one with `..`, or one that is too deep.
  init(_ path: String, depth: Int) throws(ArchiveError) {
    guard !path.isEmpty else { throw ArchiveError(.unsafePath, "unpack entry", "the path is empty") }
    guard !path.isAbsolutePath else { throw ArchiveError(.unsafePath, "unpack \(path)", "the path is absolute") }
    components = path.pathParts.filter { $0 != "." }
    guard !components.contains("..") else {
      throw ArchiveError(.unsafePath, "unpack \(path)", "the path leads out of the directory")
    }
    guard components.count <= depth else {
      throw ArchiveError(.limitExceeded, "unpack \(path)", "the path has more than \(depth) components")
    }
  }

  /// Checks that a symbolic link at this path which holds `target` leads to a place inside.
  func allowsLink(to target: String) -> Bool {
    guard !target.isEmpty, !target.isAbsolutePath else { return false }
    var depth = components.count - 1
    for component in target.pathParts where component != "." {
      depth += component == ".." ? -1 : 1
      if depth < 0 { return false }
    }
    return true
  }
}
