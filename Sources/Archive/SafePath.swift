/// A path from an archive that was checked to stay inside: components without `/`, `.` and `..`.
struct SafePath: Hashable {
  let components: [String]

  /// Checks a path; leading `./` and doubled or trailing slashes are harmless and dropped.
  ///
  /// - Throws: ``ArchiveError`` with `unsafePath` for an absolute path, one with `..`, or one that is too deep.
  init(_ path: String, depth: Int) throws(ArchiveError) {
    guard !path.isEmpty else { throw ArchiveError(.unsafePath, "unpack entry", "the path is empty") }
    guard !path.isAbsolute else { throw ArchiveError(.unsafePath, "unpack \(path)", "the path is absolute") }
    components = path.parts.filter { $0 != "." }
    guard !components.contains("..") else {
      throw ArchiveError(.unsafePath, "unpack \(path)", "the path leads out of the directory")
    }
    guard components.count <= depth else {
      throw ArchiveError(.limitExceeded, "unpack \(path)", "the path has more than \(depth) components")
    }
  }

  /// Checks that a symbolic link at this path which holds `target` leads to a place inside.
  func allowsLink(to target: String) -> Bool {
    guard !target.isEmpty, !target.isAbsolute else { return false }
    var depth = components.count - 1
    for component in target.parts where component != "." {
      depth += component == ".." ? -1 : 1
      if depth < 0 { return false }
    }
    return true
  }
}

// By bytes, as the kernel does: an accent after a slash would make another character of it, and `../` would hide there.
extension String {
  fileprivate var isAbsolute: Bool { utf8.first == UInt8(ascii: "/") }

  fileprivate var parts: [String] { utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) } }
}
