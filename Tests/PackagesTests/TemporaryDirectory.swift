import FoundationEssentials
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A directory that is removed when the tests are over; not earlier, for a link or an address may still lead to it.
struct TemporaryDirectory: Sendable {
  private static let all = Mutex<[String]>([])
  private static let removal: Int32 = atexit {
    for path in TemporaryDirectory.all.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
  }

  /// Its absolute path, without symbolic links.
  let path: String

  init(_ files: KeyValuePairs<String, String> = [:]) throws {
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path(percentEncoded: false)
    path = "\(base.hasSuffix("/") ? String(base.dropLast()) : base)/packages-\(UUID().uuidString)"
    let path = self.path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    _ = Self.removal
    Self.all.withLock { $0.append(path) }
    for (name, text) in files { try write(name, text) }
  }

  /// Writes a file below the directory.
  func write(_ name: String, _ text: String, isExecutable: Bool = false) throws {
    let file = "\(path)/\(name)"
    let parent = file[..<(file.lastIndex(of: "/") ?? file.startIndex)]
    try FileManager.default.createDirectory(atPath: String(parent), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: file))
    if isExecutable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file) }
  }

  /// Makes a symbolic link below the directory.
  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
  }

  /// Makes a directory below the directory.
  func directory(_ name: String) throws {
    try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }
}
