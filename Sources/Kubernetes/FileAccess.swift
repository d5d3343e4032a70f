#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A call of the operating system about a file that failed.
struct FileFault: Error, CustomStringConvertible {
  let operation: String
  let path: String
  let code: Int32

  init(operation: String, path: String, code: Int32 = errno) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  /// Whether access rights are missing.
  var isDenied: Bool { code == EACCES || code == EPERM || code == EROFS }

  var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}

/// The file operations that a kubeconfig needs, on small files.
enum FileAccess {
  /// The content of a file, nil if it does not exist.
  static func read(_ path: String) throws(FileFault) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw FileFault(operation: "read", path: path)
    }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = buffer.withUnsafeMutableBytes { read_(descriptor, $0) }
      if count == 0 { return content }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileFault(operation: "read", path: path)
      }
      content += buffer[..<count]
    }
  }

  private static func read_(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      Musl.read(descriptor, buffer.baseAddress, buffer.count)
    #else
      Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }

  /// Whether something is there.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Makes a directory and those above it.
  static func makeDirectory(_ path: String) throws(FileFault) {
    guard !path.isEmpty, !exists(path) else { return }
    try makeDirectory(FilePaths.directory(path))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw FileFault(operation: "create", path: path) }
  }

  /// Replaces a file's content all at once: readers see the old or the new one, never a part. A symbolic link stays
  /// one. Owner and mode of an existing file are kept; a new one is for its owner alone. What is no file, such as
  /// `/dev/null`, is written to and stays what it is.
  static func replace(_ path: String, with content: [UInt8]) throws(FileFault) {
    let target = resolved(path)
    var status = stat()
    let existed = stat(target, &status) == 0
    guard !existed || status.st_mode & S_IFMT == S_IFREG else {
      // A pipe that nobody reads is an error and no reason to wait.
      let descriptor = open(target, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileFault(operation: "write", path: target) }
      defer { close(descriptor) }
      return try write(content, to: descriptor, path: target)
    }
    let temporary = "\(target).idpbuilder.tmp"
    let descriptor = try openTemporary(temporary)
    defer { close(descriptor) }
    do throws(FileFault) {
      if existed {
        // Fails harmlessly where the owner is someone else and we are not root.
        if status.st_uid != geteuid() || status.st_gid != getegid() {
          _ = fchown(descriptor, status.st_uid, status.st_gid)
        }
        _ = fchmod(descriptor, status.st_mode & 0o777)
      }
      try write(content, to: descriptor, path: temporary)
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, target) == 0 else {
      let fault = FileFault(operation: "replace", path: target)
      unlink(temporary)
      throw fault
    }
  }

  /// Opens the one temporary file of a path, empty and for its owner alone. It has always the same name, so that what a
  /// killed process left there is overwritten by the next; a lock on it keeps two processes apart.
  private static func openTemporary(_ path: String) throws(FileFault) -> Int32 {
    while true {
      let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else { throw FileFault(operation: "write", path: path) }
      // Where the file system has no locks, the lock beside the kubeconfig must do.
      if flock(descriptor, LOCK_EX) != 0, errno == EINTR {
        close(descriptor)
        continue
      }
      var (opened, present) = (stat(), stat())
      // Somebody else has moved it into its place meanwhile: it is the file itself now, and must not be touched.
      guard fstat(descriptor, &opened) == 0, stat(path, &present) == 0, opened.st_ino == present.st_ino else {
        close(descriptor)
        continue
      }
      guard ftruncate(descriptor, 0) == 0, fchmod(descriptor, 0o600) == 0 else {
        let fault = FileFault(operation: "write", path: path)
        close(descriptor)
        throw fault
      }
      return descriptor
    }
  }

  private static func write(_ content: [UInt8], to descriptor: Int32, path: String) throws(FileFault) {
    var written = 0
    while written < content.count {
      let count = content.withUnsafeBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
        return write_(descriptor, rest)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw FileFault(operation: "write", path: path)
      }
      written += count
    }
  }

  private static func write_(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  /// The file that a path leads to through symbolic links; the path itself where there is nothing yet.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }
}

/// Parts of file paths.
enum FilePaths {
  /// The directory of a path: all before its last slash.
  static func directory(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
