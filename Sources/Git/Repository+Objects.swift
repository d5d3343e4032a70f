import CGit2
import FoundationEssentials

extension Repository {
  /// Stores the directories as trees, and those blobs that are not files of this machine.
  ///
  /// - Returns: The root tree's name.
  func writeTree(_ files: [GitFile], cancelledBy bridge: BlockingBridge? = nil) throws -> ObjectID {
    try TreePaths.check(files.map(\.path))
    let index = try LibGit2.make("make an index") { git_index_new(&$0.pointee) }
    defer { git_index_free(index) }
    for file in files {
      if bridge?.isCancelled == true { throw CancellationError() }
      var entry = git_index_entry()
      entry.id = try writeBlob(file)
      entry.mode = file.mode.rawValue
      let code = file.path.withCString { path in
        entry.path = path  // Copied by the call.
        return git_index_add(index, &entry)
      }
      guard code >= 0 else {
        throw GitError(.badPath, "add \(file.path)", GitError.last("").message)
      }
    }
    var tree = git_oid()
    try LibGit2.check(git_index_write_tree_to(&tree, index, pointer), "write the tree")
    return ObjectID(tree)
  }

  private func writeBlob(_ file: GitFile) throws(GitError) -> git_oid {
    let bytes: [UInt8]
    switch file.content {
    case .bytes(let content): bytes = content
    case .file(let path):
      if let files { return try files.add(path) }
      do {
        bytes = Array(try Data(contentsOf: URL(filePath: path)))
      } catch {
        throw GitError(.inputOutput, "read \(path)", "\(error)")
      }
    }
    var id = git_oid()
    try LibGit2.check(git_blob_create_from_buffer(&id, pointer, bytes, bytes.count), "store \(file.path)")
    return id
  }

  /// What is in a tree, directories not opened.
  func entries(ofTree tree: ObjectID) throws(GitError) -> [GitTree.Entry] {
    var raw = tree.raw
    let operation = "read tree \(tree)"
    let pointer = try LibGit2.make(operation) { git_tree_lookup(&$0.pointee, self.pointer, &raw) }
    defer { git_tree_free(pointer) }
    return (0..<git_tree_entrycount(pointer)).compactMap { index in
      guard let entry = git_tree_entry_byindex(pointer, index), let name = git_tree_entry_name(entry),
        let id = git_tree_entry_id(entry)
      else { return nil }
      return GitTree.Entry(
        name: String(cString: name), mode: UInt32(git_tree_entry_filemode(entry).rawValue), id: ObjectID(id.pointee))
    }
  }

  /// Makes a commit and points a branch at it.
  ///
  /// - Parameters:
  ///   - tree: The tree; must be stored.
  ///   - parent: The commit before it; must be stored.
  ///   - branch: The full name of the reference: `refs/heads/main`.
  ///   - author: Author and committer.
  ///   - message: The message.
  /// - Returns: The commit's name.
  /// - Throws: ``GitError``.
  func commit(
    tree: ObjectID, parent: ObjectID?, branch: String, author: GitSignature, message: String
  ) throws(GitError) -> ObjectID {
    let operation = "commit to \(branch)"
    var treeID = tree.raw
    let treePointer = try LibGit2.make(operation) { git_tree_lookup(&$0.pointee, pointer, &treeID) }
    defer { git_tree_free(treePointer) }
    var parents: [OpaquePointer?] = []
    defer { parents.forEach { git_commit_free($0) } }
    if var parentID = parent?.raw {
      parents.append(try LibGit2.make(operation) { git_commit_lookup(&$0.pointee, pointer, &parentID) })
    }
    var signature: UnsafeMutablePointer<git_signature>?
    try LibGit2.check(
      git_signature_new(&signature, author.name, author.email, author.time, author.offset), operation)
    defer { git_signature_free(signature) }
    var id = git_oid()
    try LibGit2.check(
      git_commit_create(
        &id, pointer, nil, signature, signature, nil, message, treePointer, parents.count, &parents), operation)
    try setReference(branch, to: ObjectID(id))
    return ObjectID(id)
  }

  /// Writes a commit whose parent need not be stored.
  func writeCommit(
    tree: ObjectID, parent: ObjectID?, author: GitSignature, message: String
  ) throws(GitError) -> ObjectID {
    let operation = "write a commit"
    let sign = author.offset < 0 ? "-" : "+"
    let (hours, minutes) = (abs(author.offset) / 60, abs(author.offset) % 60)
    let zone = "\(sign)\(hours < 10 ? "0" : "")\(hours)\(minutes < 10 ? "0" : "")\(minutes)"
    let signature = "\(author.name) <\(author.email)> \(author.time) \(zone)"
    let bytes = Array(
      ("tree \(tree)\n" + (parent.map { "parent \($0)\n" } ?? "")
        + "author \(signature)\ncommitter \(signature)\n\n\(message)").utf8)
    let repositoryPointer = pointer
    let database = try LibGit2.make(operation) { git_repository_odb(&$0.pointee, repositoryPointer) }
    defer { git_odb_free(database) }
    var id = git_oid()
    try LibGit2.check(git_odb_write(&id, database, bytes, bytes.count, GIT_OBJECT_COMMIT), operation)
    return ObjectID(id)
  }

  /// Points a reference at a commit.
  func setReference(_ name: String, to id: ObjectID) throws(GitError) {
    var raw = id.raw
    let reference = try LibGit2.make("set \(name)") { git_reference_create(&$0.pointee, pointer, name, &raw, 1, nil) }
    git_reference_free(reference)
  }

  /// The tree of a commit.
  func tree(ofCommit commit: ObjectID) throws(GitError) -> ObjectID {
    var raw = commit.raw
    let pointer = try LibGit2.make("read commit \(commit)") { git_commit_lookup(&$0.pointee, self.pointer, &raw) }
    defer { git_commit_free(pointer) }
    guard let tree = git_commit_tree_id(pointer)?.pointee else { throw .last("read commit \(commit)") }
    return ObjectID(tree)
  }
}

/// What Git and the systems it serves accept as paths in a tree.
enum TreePaths {
  private static let slash = UInt8(ascii: "/")

  /// Refuses paths that lead elsewhere, touch `.git`, occur twice, or are file and directory at once.
  static func check(_ paths: [String]) throws(GitError) {
    var files: Set<Substring> = []
    var directories: Set<Substring> = []
    for path in paths {
      // By bytes, as Git does: an accent after a slash would make another character of it.
      let components = path.utf8.split(separator: slash, omittingEmptySubsequences: false).map(Substring.init)
      guard components.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." && !$0.utf8.contains(0) }) else {
        throw GitError(.badPath, "add \(path)", "not a path inside of the tree")
      }
      guard !components.contains(where: { $0.lowercased() == ".git" }) else {
        throw GitError(.badPath, "add \(path)", "Git keeps the name .git for itself")
      }
      guard files.insert(path[...]).inserted else { throw GitError(.badPath, "add \(path)", "the path occurs twice") }
      for index in path.utf8.indices where path.utf8[index] == slash { directories.insert(path[..<index]) }
    }
    if let both = files.intersection(directories).first {
      throw GitError(.badPath, "add \(both)", "the path is a file and a directory at once")
    }
  }
}
