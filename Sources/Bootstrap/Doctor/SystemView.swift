import Certificates
import Glibc

/// This machine, as far as checks look at it; tests put another one in its place.
struct SystemView: Sendable {
  /// Where the kernel shows itself: `/proc`.
  var processRoot: String
  /// The text of a file; nil if it cannot be read.
  var read: @Sendable (String) -> String?
  /// Whether something is there.
  var exists: @Sendable (String) -> Bool
  /// The names in a directory; empty if it cannot be read.
  var names: @Sendable (String) -> [String]
  /// Where a symbolic link leads; nil if it cannot be read.
  var link: @Sendable (String) -> String?
  /// The bytes that are free, those kept for root left out, and the bytes in all on the file system of a path.
  var space: @Sendable (String) -> (free: UInt64, total: UInt64)?
  /// The addresses of a name; empty if it has none. Throws `CancellationError`.
  var resolve: @Sendable (String) async throws -> [String]
  /// Whether nobody listens at a TCP port of an address.
  var isFree: @Sendable (String, Int) -> Bool
  /// The present moment, in seconds since 1970.
  var now: @Sendable () -> Double

  /// A number that the kernel shows: `sys/fs/inotify/max_user_watches`.
  func number(_ path: String) -> Int? {
    read("\(processRoot)/\(path)").flatMap { Int($0.prefix { $0.isNumber }) }
  }

  /// The machine that this program runs on.
  static func system(processRoot: String) -> SystemView {
    SystemView(
      processRoot: processRoot, read: { SystemFiles.read($0) }, exists: { access($0, F_OK) == 0 },
      names: { SystemFiles.names(in: $0) }, link: { SystemFiles.link($0) }, space: { SystemFiles.space($0) },
      resolve: { try await Resolver.addresses(of: $0) }, isFree: { PortProbe.isFree($1, on: $0) },
      now: {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
      })
  }
}

/// Small files of the kernel, and file systems.
private enum SystemFiles {
  static func read(_ path: String, limit: Int = 4 << 20) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < limit {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 { return nil }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func link(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { raw in
      raw.baseAddress.map { readlink(path, $0.assumingMemoryBound(to: CChar.self), raw.count) } ?? 0
    }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  static func space(_ path: String) -> (free: UInt64, total: UInt64)? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    let block = UInt64(status.f_frsize)
    return (UInt64(status.f_bavail) * block, UInt64(status.f_blocks) * block)
  }
}
