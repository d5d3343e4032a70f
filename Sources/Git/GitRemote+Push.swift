import CGit2
public import Diagnostics
import Synchronization

/// The tree that files make.
public enum GitTree {
  /// What is directly in a tree: a file, a symbolic link or another tree.
  public struct Entry: Sendable, Hashable {
    /// The name, one component.
    public let name: String
    /// Git's file mode: `0o100644`, `0o100755`, `0o120000`, `0o040000` for a tree.
    public let mode: UInt32
    /// The object: equal names mean equal content, of trees at any depth.
    public let id: ObjectID
  }

  /// Computes what is directly in the tree, without storing anything, to compare it with a remote's.
  ///
  /// - Parameter files: The files; directories follow from their paths.
  /// - Returns: The entries of the root.
  /// - Throws: ``GitError`` for a bad path or a file that cannot be read, `CancellationError`.
  public static func entries(of files: [GitFile]) async throws -> [Entry] {
    try await BlockingBridge.run { bridge in
      let repository = try Repository.inMemory()
      return try repository.entries(ofTree: repository.writeTree(files, cancelledBy: bridge))
    }
  }
}

/// What a push did.
public enum PushOutcome: Sendable, Hashable {
  /// The branch had exactly this content already; its commit.
  case unchanged(ObjectID)
  /// A new commit was pushed.
  case pushed(ObjectID)

  /// The commit that the branch is at.
  public var commit: ObjectID {
    switch self {
    case .unchanged(let commit), .pushed(let commit): commit
    }
  }
}

extension GitRemote {
  /// Makes a branch have exactly the given files, with one commit on top of what it has; nothing is pushed if it has
  /// them already.
  ///
  /// Nothing is forced: if somebody else pushes in between, the server refuses with ``GitError/Code/rejected``, and
  /// the same call works again.
  ///
  /// - Parameters:
  ///   - files: All files of the branch afterwards.
  ///   - branch: The branch's short name; made if the remote lacks it.
  ///   - last: The commit of an earlier push, in hex. If the branch grew from it and the files are the same as then,
  ///     what others have added since stays, and nothing is pushed.
  ///   - author: Author and committer.
  ///   - message: The commit's message.
  ///   - deadline: When to give up.
  /// - Returns: Whether there was something to push, and the commit.
  /// - Throws: ``GitError``, `DeadlineExceeded` or `CancellationError`.
  public func push(
    _ files: [GitFile], to branch: String = "main", since last: String? = nil, author: GitSignature, message: String,
    deadline: Deadline = .never
  ) async throws -> PushOutcome {
    try await run(deadline, "push to \(url)") { session, operation in
      let name = "refs/heads/\(branch)"
      let repository = try Repository.forPush()
      let tree = try repository.writeTree(files, cancelledBy: session.bridge)
      return try session.withConnection(of: repository, for: GIT_DIRECTION_PUSH, operation) { pointer, references in
        let tip = references.first { $0.name == name }?.target
        if let tip {
          // A full fetch: the push looks at the history to find out what the server has.
          try session.fetch("+\(name):refs/remotes/origin/\(branch)", into: repository, "fetch \(branch) of \(url)")
          if try repository.tree(ofCommit: tip) == tree { return .unchanged(tip) }
          // A commit that is not in the branch's history was not fetched, and says nothing.
          if let last = last.flatMap(ObjectID.init(_:)), (try? repository.tree(ofCommit: last)) == tree {
            return .unchanged(tip)
          }
        }
        let commit = try repository.commit(tree: tree, parent: tip, branch: name, author: author, message: message)
        try session.exclusively(if: repository) {
          try session.upload("\(name):\(name)", with: pointer, operation)
        }
        return .pushed(commit)
      }
    }
  }
}

extension RemoteSession {
  /// Pushes with larger files than this, in bytes, go one after the other: libgit2 has a whole file in memory while it
  /// packs it.
  private static let largeFile = 8 << 20
  private static let largePush = Mutex(())

  /// Does something that needs a lot of memory if a repository has a large file; then nothing else does so.
  func exclusively(if repository: borrowing Repository, _ body: () throws -> Void) throws {
    if (repository.files?.largest ?? 0) <= Self.largeFile { return try body() }
    try Self.largePush.withLock { _ in try body() }
  }

  fileprivate func upload(_ refspec: String, with pointer: OpaquePointer, _ operation: String) throws {
    var options = git_push_options()
    git_push_options_init(&options, UInt32(GIT_PUSH_OPTIONS_VERSION))
    options.callbacks = callbacks()
    try check(withStringArray(refspec) { git_remote_upload(pointer, $0, &options) }, operation)
    try checkRefusals(operation)
  }
}
