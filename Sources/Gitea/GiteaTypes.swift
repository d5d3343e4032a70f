public import Diagnostics

/// How a request to Gitea shows who asks.
public enum GiteaCredentials: Sendable, Hashable {
  /// A user with a password. Needed to make tokens.
  case password(username: String, Secret)
  /// An access token.
  case token(Secret)
}

/// A user of Gitea (API type `User`).
public struct GiteaUser: Sendable, Hashable {
  /// The number of the user.
  public let id: Int
  /// The name to log in with.
  public let login: String
  /// The address.
  public let email: String
  /// Whether the user may do everything.
  public let isAdministrator: Bool
}

/// An access token of a user (API type `AccessToken`).
public struct GiteaToken: Sendable, Hashable {
  /// The number of the token.
  public let id: Int
  /// The name, unique for its user.
  public let name: String
  /// The token itself; Gitea tells it once, when the token is made.
  public let token: Secret?
  /// The last eight characters of the token.
  public let lastEight: String
  /// What the token may be used for: `all`, `write:repository`, …
  public let scopes: [String]
}

/// A repository (API type `Repository`).
public struct GiteaRepository: Sendable, Hashable {
  /// The number of the repository.
  public let id: Int
  /// `owner/name`.
  public let fullName: String
  /// The address for git over HTTP, as the server's own configuration says.
  public let cloneURL: String
  /// The address for browsers.
  public let htmlURL: String
  /// The branch that is shown first.
  public let defaultBranch: String
  /// Whether it has no commit.
  public let isEmpty: Bool
  /// Whether only its owner sees it.
  public let isPrivate: Bool
}

/// What there is of a branch.
public enum GiteaBranch: Sendable, Hashable {
  /// There is no such repository, or it is hidden from who asks.
  case noRepository
  /// The repository has no such branch, or nothing at all.
  case noBranch
  /// The branch is there, with more in it than the server lists at once.
  case large
  /// The branch is there.
  case tree(GiteaTree)
}

/// What is directly in a branch (API type `GitTreeResponse`).
public struct GiteaTree: Sendable, Hashable {
  /// A file, a symbolic link or a directory (API type `GitEntry`).
  public struct Entry: Sendable, Hashable {
    /// The name, one component.
    public let name: String
    /// Git's file mode: `0o100644`, `0o040000` for a directory.
    public let mode: UInt32
    /// The name of the object: 40 hex digits. Equal names mean equal content.
    public let id: String
  }

  /// The commit at the end of the branch: 40 hex digits. Gitea (1.24) names no tree anywhere: wherever its API speaks of a
  /// tree's name, it gives that of the commit by which the tree was found (`ResolvedID` in its `modules/git`).
  public let commit: String
  /// The entries.
  public let entries: [Entry]
}
