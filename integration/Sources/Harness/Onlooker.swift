public import Glibc
import Synchronization

/// What others on the machine can see while programs run: command lines and environments of all processes, and the
/// files below a folder. It looks again and again, so what lasts shorter than a look may escape it.
public final class Onlooker: Sendable {
  /// What was seen.
  public struct Sights: Sendable {
    /// Command lines and environments, words separated by spaces.
    public var processes: Set<String> = []
    /// Contents of files by path; a file that was written several times may have several.
    public var files: [String: Set<String>] = [:]
    /// Files and directories right in the folder that had permissions for others, with these.
    public var open: [String: mode_t] = [:]
    /// How often it looked.
    public var looks = 0
  }

  private let folder: String
  private let sights = Mutex(Sights())
  private let task = Mutex<Task<Void, Never>?>(nil)

  /// Begins to look.
  /// - Parameter folder: whose files are watched.
  public init(folder: String) {
    self.folder = folder
    task.withLock { task in
      task = Task.detached { [self] in
        while !Task.isCancelled {
          look()
          try? await Task.sleep(for: .milliseconds(50))
        }
      }
    }
  }

  /// Ends looking.
  /// - Returns: everything that was seen.
  public func stop() async -> Sights {
    let running = task.withLock { $0 }
    running?.cancel()
    await running?.value
    return sights.withLock { $0 }
  }

  private func look() {
    var seen = Sights(looks: 1)
    for process in Self.names(in: "/proc") where process.allSatisfy(\.isNumber) {
      for file in ["cmdline", "environ"] {
        guard let text = TextFile.read("/proc/\(process)/\(file)"), !text.isEmpty else { continue }
        seen.processes.insert(String(decoding: text.utf8.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self))
      }
    }
    for name in Self.names(in: folder) {
      if let mode = TextFile.mode("\(folder)/\(name)"), mode & 0o077 != 0 { seen.open["\(folder)/\(name)"] = mode }
    }
    read(folder, into: &seen)
    sights.withLock { sights in
      sights.processes.formUnion(seen.processes)
      sights.files.merge(seen.files) { $0.union($1) }
      sights.open.merge(seen.open) { $1 }
      sights.looks += 1
    }
  }

  private func read(_ directory: String, into seen: inout Sights) {
    for name in Self.names(in: directory) {
      let path = "\(directory)/\(name)"
      var information = stat()
      guard lstat(path, &information) == 0 else { continue }
      switch information.st_mode & S_IFMT {
      case S_IFDIR: read(path, into: &seen)
      case S_IFREG:
        if let text = TextFile.read(path) { seen.files[path, default: []].insert(text) }
      default: break
      }
    }
  }

  private static func names(in directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
