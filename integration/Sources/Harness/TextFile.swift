public import Glibc

/// Small files of the tests.
public enum TextFile {
  /// The contents; nil if it cannot be read.
  public static func read(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      let part = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
        count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
      }
      if part.isEmpty { return String(decoding: bytes, as: UTF8.self) }
      bytes += part
    }
  }

  /// Replaces a file.
  public static func write(_ path: String, _ text: String, mode: mode_t = 0o644) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw ProgramError("\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }

  /// Makes a folder and its parents.
  public static func makeFolder(_ path: String) {
    var current = ""
    for part in path.split(separator: "/") {
      current += "/" + part
      mkdir(current, 0o755)
    }
  }

  /// Whether something is there.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The permission bits of a file.
  public static func mode(_ path: String) -> mode_t? {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    return information.st_mode & 0o7777
  }

  /// Removes a file.
  public static func remove(_ path: String) { unlink(path) }
}
