import Diagnostics

/// Paths as texts, put together and shortened without looking at the file system: what Go's `path/filepath` calls `Clean`,
/// `Join` and `Base`, because idpbuilder derives names from their results.
enum LexicalPath {
  private static let slash = UInt8(ascii: "/")

  /// Whether a shortened relative path leaves the directory that it starts from.
  static func leadsOut(_ path: String) -> Bool { path.pathParts.first == ".." }

  /// Drops empty components and `.`, and resolves `..` where something stands before it.
  ///
  /// - Returns: The shortest path of the same meaning; `.` for nothing.
  static func clean(_ path: String) -> String {
    let isAbsolute = path.isAbsolutePath
    var components: [String] = []
    for component in path.pathParts where component != "." {
      if component != ".." {
        components.append(component)
      } else if let last = components.last, last != ".." {
        components.removeLast()
      } else if !isAbsolute {
        components.append(component)
      }
    }
    if components.isEmpty { return isAbsolute ? "/" : "." }
    return (isAbsolute ? "/" : "") + components.joined(separator: "/")
  }

  /// The path `relative` below `directory`, shortened; an absolute `relative` counts from `directory` too.
  static func join(_ directory: String, _ relative: String) -> String {
    if directory.isEmpty { return relative.isEmpty ? "" : clean(relative) }
    return clean("\(directory)/\(relative)")
  }

  /// The last component; `.` for an empty path, `/` for the root.
  static func base(_ path: String) -> String {
    if path.isEmpty { return "." }
    return path.pathParts.last ?? "/"
  }

  /// Everything before the last component; `.` if there is nothing.
  static func directory(_ path: String) -> String {
    guard let end = path.utf8.lastIndex(of: slash) else { return "." }
    return clean(String(path[...end]))
  }

  /// A path that may be relative to `workingDirectory`, as an absolute one.
  static func absolute(_ path: String, in workingDirectory: String) -> String {
    path.isAbsolutePath ? clean(path) : join(workingDirectory, path)
  }

  /// Whether `path` is `directory` or below it; both absolute and shortened.
  static func isInside(_ path: String, of directory: String) -> Bool {
    path.utf8.elementsEqual(directory.utf8)
      || path.utf8.starts(with: (directory == "/" ? "/" : directory + "/").utf8)
  }
}
