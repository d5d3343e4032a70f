import CGit2
public import Diagnostics

extension GitRemote {
  /// Adds a commit with exactly the given files on top of a branch, without fetching anything of it.
  ///
  /// Unlike ``push(_:to:since:author:message:deadline:)`` it does not look whether the branch has the files already.
  /// Nothing is forced: if somebody else pushes in between, the server refuses with ``GitError/Code/rejected``.
  ///
  /// - Parameters:
  ///   - files: All files of the branch afterwards.
  ///   - branch: The branch's short name; made if the remote lacks it.
  ///   - known: Names of trees and blobs, in hex, that the remote has in this repository: they are not sent again.
  ///   - author: Author and committer.
  ///   - message: The commit's message.
  ///   - deadline: When to give up.
  /// - Returns: The commit.
  /// - Throws: ``GitError``, `DeadlineExceeded` or `CancellationError`.
  public func append(
    _ files: [GitFile], to branch: String = "main", without known: Set<String>, author: GitSignature, message: String,
    deadline: Deadline = .never
  ) async throws -> ObjectID {
    try await run(deadline, "push to \(url)") { session, operation in
      let name = "refs/heads/\(branch)"
      let repository = try Repository.forPush()
      let tree = try repository.writeTree(files, cancelledBy: session.bridge)
      let tip = try session.withConnection(of: repository, for: GIT_DIRECTION_PUSH, operation) { _, references in
        references.first { $0.name == name }?.target
      }
      let commit = try repository.writeCommit(tree: tree, parent: tip, author: author, message: message)
      let pack = try Pack(of: repository, operation)
      try pack.add(commit)
      try pack.add(tree: tree, of: repository, without: known)
      try session.exclusively(if: repository) {
        try session.send(pack, moving: name, from: tip, to: commit, operation)
      }
      return commit
    }
  }
}

/// Owns a pack that is being put together.
struct Pack: ~Copyable {
  private let pointer: OpaquePointer
  private let operation: String

  /// An empty pack for objects of a repository.
  init(of repository: borrowing Repository, _ operation: String) throws(GitError) {
    let repositoryPointer = repository.pointer
    pointer = try LibGit2.make(operation) { git_packbuilder_new(&$0.pointee, repositoryPointer) }
    self.operation = operation
  }

  deinit { git_packbuilder_free(pointer) }

  /// Adds one object.
  func add(_ object: ObjectID, name: String = "") throws(GitError) {
    var raw = object.raw
    try LibGit2.check(git_packbuilder_insert(pointer, &raw, name), operation)
  }

  /// Adds a tree and everything in it, except for what is known.
  func add(tree: ObjectID, of repository: borrowing Repository, without known: Set<String>) throws(GitError) {
    var pending = [tree]
    while let tree = pending.popLast() {
      if known.contains(tree.hex) { continue }
      try add(tree)
      for entry in try repository.entries(ofTree: tree) where !known.contains(entry.id.hex) {
        if entry.mode == GIT_FILEMODE_TREE.rawValue {
          pending.append(entry.id)
        } else {
          try add(entry.id, name: entry.name)
        }
      }
    }
  }

  /// Makes the pack and hands it on piece by piece.
  ///
  /// - Returns: libgit2's code; negative if `session` has an error, too.
  fileprivate func write(to exchange: Exchange, _ session: RemoteSession) -> Int32 {
    let target = PackTarget(exchange, session)
    return withExtendedLifetime(target) {
      git_packbuilder_foreach(
        pointer,
        { bytes, count, payload in
          guard let payload else { return -1 }
          let target = Unmanaged<PackTarget>.fromOpaque(payload).takeUnretainedValue()
          let code = target.session.guarded {
            try target.exchange.write(UnsafeRawBufferPointer(start: bytes, count: count))
          }
          return code < 0 ? code : target.session.verdict
        }, Unmanaged.passUnretained(target).toOpaque())
    }
  }
}

/// Where a pack goes, for libgit2's callback.
private final class PackTarget {
  let exchange: Exchange
  let session: RemoteSession

  init(_ exchange: Exchange, _ session: RemoteSession) {
    self.exchange = exchange
    self.session = session
  }
}

extension RemoteSession {
  /// Sends a pack and has a reference moved.
  ///
  /// Source: Git's documentation, `gitprotocol-pack`, "Pushing Data To a Server".
  fileprivate func send(
    _ pack: borrowing Pack, moving name: String, from old: ObjectID?, to new: ObjectID, _ operation: String
  ) throws {
    let exchange = Exchange(remote.makeHTTP(for: GitURL(remote.url)), .receivePack, bridge: bridge, depth: nil)
    let none = String(repeating: "0", count: 40)
    let command = "\(old?.hex ?? none) \(new.hex) \(name)\0 report-status side-band-64k agent=idpbuilder"
    try (PacketLines.packet(command) + PacketLines.flush).withUnsafeBytes { try exchange.write($0) }
    try check(pack.write(to: exchange, self), operation)
    var report = PushReport()
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try exchange.read(into: $0) }
      if count == 0 { break }
      report.take(buffer[..<count])
    }
    guard report.isAccepted else { throw GitError(.rejected, operation, report.reason) }
  }
}
