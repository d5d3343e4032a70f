import Diagnostics
import Dispatch
import Glibc

/// A file that is read and written on a queue of its own, so that no thread of the program waits for a disk.
final class BundleFile: Sendable {
  /// The file's name, for messages.
  let path: String
  private let descriptor: Int32
  private let queue = DispatchQueue(label: "idpbuilder.bundle")

  /// Opens a file to read.
  ///
  /// - Throws: `Failure` with the system's reason.
  init(reading path: String) throws(Failure) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    let code = errno
    guard descriptor >= 0 else {
      throw Failure(
        "the bundle \(path) cannot be opened", cause: String(cString: strerror(code)),
        status: code == ENOENT ? .notFound : .inputOutput)
    }
  }

  /// Refuses what cannot become a bundle, before anything is done that takes time.
  ///
  /// - Parameters:
  ///   - path: The absolute path.
  ///   - given: As it was given, for messages.
  /// - Throws: `Failure` with the status `usage` for standard output and directories, `cannotCreate` if no file can be
  ///   made there.
  static func requireWritable(_ path: String, given: String) throws(Failure) {
    if given == "-" {
      throw Failure(
        "a bundle cannot be written to standard output", cause: "sizes are written behind the content they precede",
        remedy: "name a file", status: .usage)
    }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw Failure("\(given) is a directory", remedy: "name a file in it", status: .usage)
    }
    let directory = path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)
    guard access(directory.isEmpty ? "/" : String(directory), W_OK) == 0 else {
      throw Failure("the file \(given) cannot be made", cause: String(cString: strerror(errno)), status: .cannotCreate)
    }
  }

  /// Makes a file for its owner alone, since packages may hold secrets; or takes over what a killed run left of it.
  ///
  /// - Throws: `Failure` with the system's reason, or if another process writes it.
  init(writing path: String) throws(Failure) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw Failure(
        "the file \(path) cannot be made", cause: String(cString: strerror(errno)), status: .cannotCreate)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, ftruncate(descriptor, 0) == 0 else {
      close(descriptor)
      throw Failure("the file \(path) is being written by another process", status: .cannotCreate)
    }
  }

  deinit { close(descriptor) }

  /// Reads; fewer bytes only at the end of the file.
  func read(at offset: Int64, count: Int) async throws -> [UInt8] {
    try await perform { descriptor in
      try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        while filled < count {
          let part = pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset) + filled)
          if part < 0, errno == EINTR { continue }
          guard part >= 0 else { throw self.failure("cannot be read") }
          if part == 0 { break }
          filled += part
        }
      }
    }
  }

  /// Writes all bytes.
  func write(_ bytes: [UInt8], at offset: Int64) async throws {
    try await perform { descriptor in
      var done = 0
      while done < bytes.count {
        let part = bytes.withUnsafeBytes {
          pwrite(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset) + done)
        }
        if part < 0, errno == EINTR { continue }
        guard part > 0 else { throw self.failure("cannot be written") }
        done += part
      }
    }
  }

  /// Makes sure that everything is on the disk, and gives the file its final name.
  func finish(as name: String) async throws {
    try await perform { descriptor in
      guard fsync(descriptor) == 0, rename(self.path, name) == 0 else { throw self.failure("cannot become \(name)") }
    }
  }

  /// Removes the file.
  func remove() { unlink(path) }

  private func failure(_ what: String) -> Failure {
    let isFull = errno == ENOSPC
    return Failure(
      "the file \(path) \(what)", cause: String(cString: strerror(errno)), remedy: isFull ? "make room" : nil,
      status: isFull ? .cannotCreate : .inputOutput)
  }

  private func perform<Result: Sendable>(_ body: @escaping @Sendable (Int32) throws -> Result) async throws -> Result {
    try Task.checkCancellation()
    return try await withCheckedThrowingContinuation { continuation in
      queue.async { [self] in continuation.resume(with: Swift.Result { try body(descriptor) }) }
    }
  }
}
