import CGit2

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An object store whose blobs are files of this machine: each is read when it is packed and forgotten afterwards, so that
/// the size of a tree costs no memory.
///
/// A file that changes between being named and being read is refused by libgit2, which checks every name.
final class FileObjects {
  private var files: [ObjectID: (path: String, size: Int)] = [:]
  /// The size of the largest file.
  private(set) var largest = 0

  private init() {}

  /// Adds such a store to a database, which owns it.
  ///
  /// - Returns: The store, valid as long as the database.
  static func add(to database: OpaquePointer) throws(GitError) -> FileObjects {
    let objects = FileObjects()
    let pointer = UnsafeMutablePointer<shim_odb_backend>.allocate(capacity: 1)
    pointer.initialize(to: shim_odb_backend())
    let backend = UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: git_odb_backend.self)
    git_odb_init_backend(backend, UInt32(GIT_ODB_BACKEND_VERSION))
    setCallbacks(&backend.pointee)
    pointer.pointee.context = Unmanaged.passRetained(objects).toOpaque()
    do {
      // After the store in memory, before those on disk.
      try LibGit2.check(git_odb_add_backend(database, backend, 998), "add an object store of files")
    } catch {
      backend.pointee.free(backend)
      throw error
    }
    return objects
  }

  /// Makes a file an object; its content is read once, piece by piece, for its name.
  ///
  /// - Returns: The blob's name.
  func add(_ path: String) throws(GitError) -> git_oid {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Self.unreadable(path) }
    var id = git_oid()
    guard git_odb_hashfile(&id, path, GIT_OBJECT_BLOB) >= 0 else {
      throw GitError(.inputOutput, "read \(path)", GitError.last("").message)
    }
    files[ObjectID(id)] = (path, Int(status.st_size))
    largest = max(largest, Int(status.st_size))
    return id
  }

  private static func unreadable(_ path: String) -> GitError {
    GitError(.inputOutput, "read \(path)", String(cString: strerror(errno)))
  }

  // MARK: libgit2's view

  private static func from(_ backend: UnsafeMutablePointer<git_odb_backend>?) -> FileObjects? {
    guard let backend else { return nil }
    let pointer = UnsafeMutableRawPointer(backend).assumingMemoryBound(to: shim_odb_backend.self)
    return Unmanaged<FileObjects>.fromOpaque(pointer.pointee.context).takeUnretainedValue()
  }

  private static func setCallbacks(_ backend: inout git_odb_backend) {
    backend.read = { data, size, type, backend, id in
      guard let id, let file = FileObjects.from(backend)?.files[ObjectID(id.pointee)] else {
        return GIT_ENOTFOUND.rawValue
      }
      guard let buffer = git_odb_backend_data_alloc(backend, max(1, file.size)) else { return -1 }
      guard FileObjects.read(file.path, into: UnsafeMutableRawBufferPointer(start: buffer, count: file.size)) else {
        git_odb_backend_data_free(backend, buffer)
        git_error_set_str(Int32(GIT_ERROR_OS.rawValue), "\(file.path) cannot be read any longer, or has changed")
        return -1
      }
      data?.pointee = buffer
      size?.pointee = file.size
      type?.pointee = GIT_OBJECT_BLOB
      return 0
    }
    backend.read_header = { size, type, backend, id in
      guard let id, let file = FileObjects.from(backend)?.files[ObjectID(id.pointee)] else {
        return GIT_ENOTFOUND.rawValue
      }
      size?.pointee = file.size
      type?.pointee = GIT_OBJECT_BLOB
      return 0
    }
    backend.exists = { backend, id in
      guard let id else { return 0 }
      return FileObjects.from(backend)?.files[ObjectID(id.pointee)] == nil ? 0 : 1
    }
    backend.free = { backend in
      guard let backend else { return }
      let pointer = UnsafeMutableRawPointer(backend).assumingMemoryBound(to: shim_odb_backend.self)
      Unmanaged<FileObjects>.fromOpaque(pointer.pointee.context).release()
      pointer.deallocate()
    }
  }

  /// Fills the buffer from a file, which must have as many bytes.
  private static func read(_ path: String, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var rest = buffer[...]
    while !rest.isEmpty {
      let count = pread(
        descriptor, UnsafeMutableRawBufferPointer(rebasing: rest).baseAddress, rest.count,
        off_t(buffer.count - rest.count))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
