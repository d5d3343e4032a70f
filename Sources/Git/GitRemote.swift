import CGit2
public import Diagnostics
public import HTTP

/// A Git repository elsewhere, and how it is reached.
///
/// http and https are carried by our own HTTP client, so that trust, addresses and deadlines are the same as for any
/// other request; `file`, plain paths and ssh by libgit2 itself. What ssh connects with, ``SSHAccess`` finds.
public struct GitRemote: Sendable {
  /// The address without credentials.
  public let url: String
  /// What is shown to the server, for http and https.
  public let credentials: GitCredentials?
  let client: Client
  /// With what ssh connects.
  let ssh: SSHAccess

  /// Describes a remote; nothing is opened.
  ///
  /// - Parameters:
  ///   - url: The address; credentials in it are taken out and used unless others are given.
  ///   - credentials: What is shown to the server. It is sent to this server only, not to submodules' and not to
  ///     servers it redirects to.
  ///   - client: Carries the requests.
  public init(_ url: String, credentials: GitCredentials? = nil, client: Client) {
    self.init(url, credentials: credentials, client: client, ssh: .ofProcess)
  }

  init(_ url: String, credentials: GitCredentials? = nil, client: Client, ssh: SSHAccess) {
    self.ssh = ssh
    let parsed = GitURL(url)
    self.url = parsed.text
    self.credentials = credentials ?? parsed.credentials
    self.client = client
  }

  /// A branch, a tag or another name that a remote has for an object.
  public struct Reference: Sendable, Hashable {
    /// The full name: `refs/heads/main`, `HEAD`. Annotated tags occur a second time with `^{}`, for their commit.
    public let name: String
    /// The object it points at.
    public let target: ObjectID
    /// The reference it stands for, where the server tells: the default branch, for `HEAD`.
    public let symbolicTarget: String?
  }

  /// Lists the remote's references; none for an empty repository.
  ///
  /// - Parameter deadline: When to give up.
  /// - Returns: The references in the server's order.
  /// - Throws: ``GitError`` or `CancellationError`.
  public func references(deadline: Deadline = .never) async throws -> [Reference] {
    try await run(deadline, "list references of \(url)") { session, operation in
      let repository = try Repository.forListing()
      return try session.withConnection(of: repository, for: GIT_DIRECTION_FETCH, operation) { $1 }
    }
  }

  /// Runs an operation on a thread of its own, ended by the deadline and by cancellation.
  func run<Value: Sendable>(
    _ deadline: Deadline, _ operation: String, _ body: @escaping @Sendable (RemoteSession, String) throws -> Value
  ) async throws -> Value {
    let remote = self
    return try await withDeadline(deadline, awaiting: operation) {
      // libgit2's ssh does not notice a cancellation while it waits for the server.
      try await BlockingBridge.run(isAbandonable: GitURL(url).isSSH) { bridge in
        let session = RemoteSession(remote, bridge: bridge)
        try session.requireTransport(operation)
        return try body(session, operation)
      }
    }
  }

  /// The HTTP side for a repository that libgit2 wants to reach: this remote's or a submodule's.
  func makeHTTP(for url: GitURL) -> SmartHTTP {
    var url = url
    if GitURL.origin(of: url.text) == GitURL.origin(of: self.url) { url.credentials = credentials ?? url.credentials }
    return SmartHTTP(url: url, client: client, deadline: .never)
  }
}

extension RemoteSession {
  /// Connects to the remote and lists its references.
  ///
  /// - Parameters:
  ///   - repository: The repository that objects go to or come from.
  ///   - direction: Fetch or push.
  ///   - operation: What is being done, for errors.
  ///   - body: Gets libgit2's remote, connected, and the references.
  /// - Returns: What `body` returns.
  /// - Throws: ``GitError``, and what `body` throws.
  func withConnection<Value>(
    of repository: borrowing Repository, for direction: git_direction, _ operation: String,
    _ body: (_ pointer: OpaquePointer, _ references: [GitRemote.Reference]) throws -> Value
  ) throws -> Value {
    let repositoryPointer = repository.pointer
    let pointer = try LibGit2.make(operation) {
      git_remote_create_anonymous(&$0.pointee, repositoryPointer, remote.url)
    }
    defer { git_remote_free(pointer) }
    var callbacks = callbacks()
    try check(git_remote_connect(pointer, direction, &callbacks, nil, nil), operation)
    defer { git_remote_disconnect(pointer) }
    var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
    var count = 0
    try check(git_remote_ls(&heads, &count, pointer), operation)
    let references = UnsafeBufferPointer(start: heads, count: count).compactMap { head -> GitRemote.Reference? in
      guard let head = head?.pointee, let name = head.name else { return nil }
      let target = head.symref_target.map { String(cString: $0) }
      return GitRemote.Reference(name: String(cString: name), target: ObjectID(head.oid), symbolicTarget: target)
    }
    return try body(pointer, references)
  }

  /// Fetches with one refspec, tags only if it names them.
  func fetch(_ refspec: String, into repository: borrowing Repository, _ operation: String) throws {
    let repositoryPointer = repository.pointer
    let pointer = try LibGit2.make(operation) {
      git_remote_create_anonymous(&$0.pointee, repositoryPointer, remote.url)
    }
    defer { git_remote_free(pointer) }
    var options = git_fetch_options()
    git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
    options.callbacks = callbacks()
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
    try check(withStringArray(refspec) { git_remote_fetch(pointer, $0, &options, nil) }, operation)
  }

  /// Hands one string to libgit2 as an array.
  func withStringArray(_ text: String, _ body: (UnsafePointer<git_strarray>) -> Int32) -> Int32 {
    var bytes = Array(text.utf8CString)
    return bytes.withUnsafeMutableBufferPointer { buffer in
      var strings: [UnsafeMutablePointer<CChar>?] = [buffer.baseAddress]
      return strings.withUnsafeMutableBufferPointer { strings in
        var array = git_strarray(strings: strings.baseAddress, count: 1)
        return body(&array)
      }
    }
  }
}
