import CGit2
public import Diagnostics
import FoundationEssentials

/// What was cloned.
public struct Checkout: Sendable, Hashable {
  /// The commit whose files are in the directory.
  public let commit: ObjectID
  /// The full name of the reference it was found by: `refs/heads/main`; nil if it was asked for by its own name.
  public let reference: String?
}

extension GitRemote {
  /// Fetches one commit and writes its files to a directory, with Git's own data below `.git` there.
  ///
  /// Without history where the server allows that. Files are written by libgit2, which refuses paths that leave the
  /// directory or touch `.git`; symbolic links are written as they are and may point anywhere.
  ///
  /// - Parameters:
  ///   - directory: Must not exist or be empty. Removed again on failure.
  ///   - ref: A branch, a tag, a full reference or a commit; nil for the remote's default branch. A branch wins over
  ///     a tag of the same name, both over a commit. Abbreviated commits cost the whole history.
  ///   - submodules: Whether to fetch submodules as well, at any depth; they come with their history.
  ///   - deadline: When to give up.
  /// - Returns: What is in the directory now.
  /// - Throws: ``GitError``, `DeadlineExceeded` or `CancellationError`.
  public func clone(
    to directory: String, ref: String? = nil, submodules: Bool = false, deadline: Deadline = .never
  ) async throws -> Checkout {
    try await run(deadline, "clone \(url)") { session, operation in
      guard (try? FileManager.default.contentsOfDirectory(atPath: directory))?.isEmpty ?? true else {
        throw GitError(.inputOutput, operation, "\(directory) is not empty")
      }
      do {
        let repository = try Repository.withWorkTree(at: directory, origin: url)
        let found = try session.fetchCommit(ref, into: repository, operation)
        try session.checkOut(found.commit, in: repository, operation)
        if submodules { try session.updateSubmodules(of: repository.pointer, operation) }
        return found
      } catch {
        try? FileManager.default.removeItem(atPath: directory)
        throw error
      }
    }
  }
}

extension RemoteSession {
  /// Finds out which reference is meant, and fetches it.
  fileprivate func fetchCommit(
    _ ref: String?, into repository: borrowing Repository, _ operation: String
  ) throws -> Checkout {
    let references = try withConnection(of: repository, for: GIT_DIRECTION_FETCH, operation) { $1 }
    let local = "refs/idpbuilder/fetched"
    if let name = try Self.referenceName(ref, among: references, operation) {
      depth = 1
      try fetch("+\(name):\(local)", into: repository, operation)
      let commit = try resolve("\(local)^{commit}", in: repository, operation)
      return Checkout(commit: commit, reference: name)
    }
    guard let ref else { throw GitError(.referenceNotFound, operation, "the repository is empty") }
    guard ref.count >= 4, ref.count <= 40, ref.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
      throw GitError(.referenceNotFound, operation, "there is no branch or tag \(ref)")
    }
    if let id = ObjectID(ref), (try? fetchByName(id, as: local, into: repository, operation)) != nil {
      return Checkout(commit: id, reference: nil)
    }
    if bridge.isCancelled { throw CancellationError() }
    // The server does not give out single commits, or the name is abbreviated.
    depth = nil
    failure = nil
    try fetch("+refs/*:refs/idpbuilder/all/*", into: repository, operation)
    do {
      return Checkout(commit: try resolve("\(ref)^{commit}", in: repository, operation), reference: nil)
    } catch {
      throw GitError(.referenceNotFound, operation, "there is no branch, tag or commit \(ref)")
    }
  }

  private func fetchByName(
    _ id: ObjectID, as local: String, into repository: borrowing Repository, _ operation: String
  ) throws {
    depth = 1
    try fetch("\(id):\(local)", into: repository, operation)
    _ = try resolve("\(id)^{commit}", in: repository, operation)
  }

  /// The full name of the reference that is meant.
  static func referenceName(
    _ ref: String?, among references: [GitRemote.Reference], _ operation: String
  ) throws(GitError) -> String? {
    let names = Set(references.map(\.name))
    guard let ref else {
      let head = references.first { $0.name == "HEAD" }
      if let branch = head?.symbolicTarget, names.contains(branch) { return branch }
      return head.map(\.name)
    }
    return [ref, "refs/heads/\(ref)", "refs/tags/\(ref)", "refs/\(ref)"].first {
      ($0.hasPrefix("refs/") || $0 == "HEAD") && names.contains($0)
    }
  }

  private func resolve(
    _ expression: String, in repository: borrowing Repository, _ operation: String
  ) throws(GitError) -> ObjectID {
    let repositoryPointer = repository.pointer
    let object = try LibGit2.make(operation) { git_revparse_single(&$0.pointee, repositoryPointer, expression) }
    defer { git_object_free(object) }
    guard let id = git_object_id(object)?.pointee else { throw .last(operation) }
    return ObjectID(id)
  }

  fileprivate func checkOut(
    _ commit: ObjectID, in repository: borrowing Repository, _ operation: String
  ) throws {
    var id = commit.raw
    let repositoryPointer = repository.pointer
    let object = try LibGit2.make(operation) { git_commit_lookup(&$0.pointee, repositoryPointer, &id) }
    defer { git_commit_free(object) }
    var options = checkoutOptions()
    try check(git_checkout_tree(repositoryPointer, object, &options), operation)
    try check(git_repository_set_head_detached(repositoryPointer, &id), operation)
  }

  private func checkoutOptions() -> git_checkout_options {
    var options = git_checkout_options()
    git_checkout_options_init(&options, UInt32(GIT_CHECKOUT_OPTIONS_VERSION))
    options.checkout_strategy = GIT_CHECKOUT_FORCE.rawValue
    options.disable_filters = 1  // Content as it is: no line ends changed by attributes.
    options.notify_flags = GIT_CHECKOUT_NOTIFY_ALL.rawValue
    options.notify_payload = Unmanaged.passUnretained(self).toOpaque()
    options.notify_cb = { _, _, _, _, _, payload in RemoteSession.from(payload)?.verdict ?? -1 }
    return options
  }

  /// Fetches and checks out the submodules, and theirs.
  fileprivate func updateSubmodules(of repository: OpaquePointer, _ operation: String, level: Int = 0) throws {
    guard level < 8 else { throw GitError(.protocolViolation, operation, "submodules are nested too deeply") }
    let list = SubmoduleNames()
    git_submodule_foreach(
      repository,
      { _, name, payload in
        guard let name, let payload else { return 0 }
        Unmanaged<SubmoduleNames>.fromOpaque(payload).takeUnretainedValue().names.append(String(cString: name))
        return 0
      }, Unmanaged.passUnretained(list).toOpaque())
    for name in list.names {
      let step = "\(operation), submodule \(name)"
      let submodule = try LibGit2.make(step) { git_submodule_lookup(&$0.pointee, repository, name) }
      defer { git_submodule_free(submodule) }
      try refuseLocalPath(submodule, of: repository, step)
      var options = git_submodule_update_options()
      git_submodule_update_options_init(&options, UInt32(GIT_SUBMODULE_UPDATE_OPTIONS_VERSION))
      options.checkout_opts = checkoutOptions()
      options.fetch_opts.callbacks = callbacks()
      try check(git_submodule_update(submodule, 1, &options), step)
      let inner = try LibGit2.make(step) { git_submodule_open(&$0.pointee, submodule) }
      defer { git_repository_free(inner) }
      try updateSubmodules(of: inner, operation, level: level + 1)
    }
  }

  /// A repository from the network must not make us read this machine's directories (as git's `protocol.file.allow`).
  private func refuseLocalPath(
    _ submodule: OpaquePointer, of repository: OpaquePointer, _ operation: String
  ) throws(GitError) {
    var resolved = git_buf()
    defer { git_buf_dispose(&resolved) }
    try LibGit2.check(git_submodule_resolve_url(&resolved, repository, git_submodule_url(submodule)), operation)
    let text = resolved.ptr.map { String(cString: $0) } ?? ""
    let isLocal = text.hasPrefix("/") || text.hasPrefix(".") || text.lowercased().hasPrefix("file:")
    guard !isLocal || !GitURL(remote.url).isHTTP else {
      throw GitError(.protocolViolation, operation, "its address \(text) is on this machine")
    }
  }
}

private final class SubmoduleNames {
  var names: [String] = []
}
