import CGit2
import FoundationEssentials

/// Owns a libgit2 repository, and its directory if that is temporary. Used by one thread.
struct Repository: ~Copyable {
  let pointer: OpaquePointer
  /// The files that are blobs of it; nil if it stores all blobs itself.
  let files: FileObjects?
  /// The directory that is removed with this value.
  private let temporary: TemporaryDirectory?

  private init(pointer: OpaquePointer, files: FileObjects? = nil, temporary: TemporaryDirectory?) {
    self.pointer = pointer
    self.files = files
    self.temporary = temporary
  }

  deinit {
    git_repository_free(pointer)
    withExtendedLifetime(temporary) {}
  }

  /// A repository that has objects only, in memory and in files.
  static func inMemory() throws(GitError) -> Repository {
    try LibGit2.start()
    let database = try LibGit2.make("make a repository in memory") { git_odb_new(&$0.pointee) }
    defer { git_odb_free(database) }  // The repository holds a reference of its own.
    try addMemory(to: database)
    let files = try FileObjects.add(to: database)
    let pointer = try LibGit2.make("make a repository in memory") { git_repository_wrap_odb(&$0.pointee, database) }
    return Repository(pointer: pointer, files: files, temporary: nil)
  }

  /// A bare repository for one push: references and fetched packs in a temporary directory, new trees and commits in
  /// memory, new blobs in the files they come from.
  static func forPush() throws(GitError) -> Repository {
    try LibGit2.start()
    let directory = try TemporaryDirectory("git")
    let pointer = try LibGit2.make("make a repository in \(directory.path)") {
      git_repository_init(&$0.pointee, directory.path, 1)
    }
    do {
      let database = try LibGit2.make("open the objects of \(directory.path)") {
        git_repository_odb(&$0.pointee, pointer)
      }
      defer { git_odb_free(database) }
      try addMemory(to: database)
      try limitPacking(pointer)
      return Repository(pointer: pointer, files: try FileObjects.add(to: database), temporary: directory)
    } catch {
      git_repository_free(pointer)
      throw error
    }
  }

  /// Bounds the memory that the search for deltas takes; larger files are packed as they are.
  ///
  /// libgit2 1.5 takes `pack.deltaCacheSize` for the size of large files as well (`packbuilder_config` in its
  /// pack-objects.c); later versions have `core.bigFileThreshold` for it.
  private static func limitPacking(_ pointer: OpaquePointer) throws(GitError) {
    let operation = "bound the memory for packing"
    let configuration = try LibGit2.make(operation) { git_repository_config(&$0.pointee, pointer) }
    defer { git_config_free(configuration) }
    for (name, value) in [
      ("pack.deltaCacheSize", 1 << 20), ("core.bigFileThreshold", 1 << 20), ("pack.windowMemory", 2 << 20),
    ] {
      try LibGit2.check(git_config_set_int64(configuration, name, Int64(value)), operation)
    }
  }

  /// A repository in a temporary directory without anything in memory, for listing a remote's references.
  static func forListing() throws(GitError) -> Repository { try forPush() }

  /// A new repository with a work tree at `directory`, which stays.
  ///
  /// - Parameters:
  ///   - directory: Where it is made.
  ///   - origin: What relative addresses of submodules are relative to.
  /// - Returns: The repository.
  /// - Throws: ``GitError``.
  static func withWorkTree(at directory: String, origin: String) throws(GitError) -> Repository {
    try LibGit2.start()
    let operation = "make a repository in \(directory)"
    let pointer = try LibGit2.make(operation) { git_repository_init(&$0.pointee, directory, 0) }
    let repository = Repository(pointer: pointer, temporary: nil)
    let remote = try LibGit2.make(operation) { git_remote_create(&$0.pointee, repository.pointer, "origin", origin) }
    git_remote_free(remote)
    return repository
  }

  private static func addMemory(to database: OpaquePointer) throws(GitError) {
    var backend: UnsafeMutablePointer<git_odb_backend>?
    try LibGit2.check(git_mempack_new(&backend), "make an object store in memory")
    // Asked before all others, which have priorities 1 and 2 (libgit2, odb.c).
    try LibGit2.check(git_odb_add_backend(database, backend, 999), "add an object store in memory")
  }
}
