#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the operating system said instead of doing what was asked.
struct FileSystemError: Error {
  /// The error number.
  let code: Int32
  /// The operating system's words: `No such file or directory`.
  var message: String { String(cString: strerror(code)) }
}

/// The few calls of the operating system that reading packages needs. All of them block.
enum FileSystem {
  /// What a name in a directory stands for.
  enum Kind: Sendable, Hashable {
    case directory
    case file(isExecutable: Bool)
    case symbolicLink
    /// A device, a socket, a pipe.
    case other
  }

  /// What is at `path`, following symbolic links only if told so.
  static func kind(of path: String, followingLinks: Bool) throws(FileSystemError) -> Kind {
    var status = stat()
    guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else {
      throw FileSystemError(code: errno)
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .directory
    case S_IFREG: return .file(isExecutable: status.st_mode & S_IXUSR != 0)
    case S_IFLNK: return .symbolicLink
    default: return .other
    }
  }

  /// Whether there is anything at `path`.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The names in a directory, without `.` and `..`, ordered by their bytes; nil for a name that is not UTF-8.
  static func names(in directory: String) throws(FileSystemError) -> [String?] {
    guard let stream = opendir(directory) else { throw FileSystemError(code: errno) }
    defer { closedir(stream) }
    var names: [String?] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw FileSystemError(code: errno) }
        break
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
          String(validatingCString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { left, right in
      guard let left, let right else { return left == nil && right != nil }
      return left.utf8.lexicographicallyPrecedes(right.utf8)
    }
  }

  /// A file's content, up to `limit` bytes.
  ///
  /// - Returns: The content, nil if it is longer than the limit.
  static func read(_ path: String, limit: Int) throws(FileSystemError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileSystemError(code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileSystemError(code: errno) }
    guard status.st_size <= limit else { return nil }
    var content: [UInt8] = []
    // One byte more than the size, so that the end is seen without another round.
    var room = Int(status.st_size) + 1
    while true {
      let count = try append(upTo: room, from: descriptor, to: &content)
      if count == 0 { return content }
      if content.count > limit { return nil }
      room = count < room ? room - count : 65_536
    }
  }

  private static func append(
    upTo room: Int, from descriptor: Int32, to content: inout [UInt8]
  ) throws(FileSystemError) -> Int {
    var failure: Int32 = 0
    var received = 0
    content += [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      repeat { received = systemRead(descriptor, buffer.baseAddress, room) } while received < 0 && errno == EINTR
      failure = received < 0 ? errno : 0
      count = max(received, 0)
    }
    if received < 0 { throw FileSystemError(code: failure) }
    return received
  }

  /// What a symbolic link holds; nil if that is not UTF-8.
  static func linkTarget(_ path: String) throws(FileSystemError) -> String? {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      let length = buffer.withMemoryRebound(to: CChar.self) { characters in
        characters.baseAddress.map { readlink(path, $0, characters.count) } ?? -1
      }
      failure = length < 0 ? errno : 0
      count = max(length, 0)
    }
    if failure != 0 { throw FileSystemError(code: failure) }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The path without symbolic links, nil if there is nothing or it cannot be found out.
  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(validatingCString: resolved)
  }
}

/// `read(2)`, which ``FileSystem/read(_:limit:)`` hides.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  read(descriptor, buffer, count)
}
