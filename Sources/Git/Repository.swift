import CGit2
import FoundationEssentials

/// Owns a libgit2 repository, and its directory if that is temporary. Used by one thread.
struct Repository: ~Copyable {
  let pointer: OpaquePointer
  /// The directory that is removed with this value.
  private let temporary: String?

  private init(pointer: OpaquePointer, temporary: String?) {
    self.pointer = pointer
    self.temporary = temporary
  }

  deinit {
    git_repository_free(pointer)
    if let temporary { try? FileManager.default.removeItem(atPath: temporary) }
  }

  /// A repository that has objects only, in memory.
  static func inMemory() throws(GitError) -> Repository {
    try LibGit2.start()
    let database = try LibGit2.make("make a repository in memory") { git_odb_new(&$0.pointee) }
    defer { git_odb_free(database) }  // The repository holds a reference of its own.
    try addMemory(to: database)
    let pointer = try LibGit2.make("make a repository in memory") { git_repository_wrap_odb(&$0.pointee, database) }
    return Repository(pointer: pointer, temporary: nil)
  }

  /// A bare repository for one push: references and fetched packs in a temporary directory, new objects in memory.
  static func forPush() throws(GitError) -> Repository {
    try LibGit2.start()
    let directory = try makeTemporaryDirectory()
    let repository = Repository(
      pointer: try LibGit2.make("make a repository in \(directory)") {
        git_repository_init(&$0.pointee, directory, 1)
      }, temporary: directory)
    let database = try LibGit2.make("open the objects of \(directory)") {
      git_repository_odb(&$0.pointee, repository.pointer)
    }
    defer { git_odb_free(database) }
    try addMemory(to: database)
    return repository
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

  private static func makeTemporaryDirectory() throws(GitError) -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "idpbuilder-git-\(UUID().uuidString)").path
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    } catch {
      throw GitError(.inputOutput, "make the directory \(path)", "\(error)")
    }
    return path
  }
}
