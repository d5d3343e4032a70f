import Diagnostics
import Git
import Gitea
import HTTP
import Platform

/// Gives repositories in the platform's Gitea their content.
///
/// One question tells what a repository has; a push sends only what it lacks, and nothing is fetched of its history.
struct RepositoryContent: Sendable {
  /// What became of a repository.
  struct Outcome: Sendable {
    /// The commit at the head of its branch.
    let commit: String
    /// Whether that commit was made now.
    let isNew: Bool
  }

  private let web: Client
  private let gitea: GiteaClient
  private let secret: Secret
  private let options: PlatformOptions
  private static let owner = Names.Gitea.adminUser

  /// - Parameters:
  ///   - options: Where Gitea is.
  ///   - token: The administrator's token. Gitea checks one much faster than a password.
  ///   - web: Carries the requests.
  init(_ options: PlatformOptions, token: Secret, web: Client) {
    self.options = options
    self.web = web
    secret = token
    gitea = GiteaClient(url: options.giteaURL, credentials: .token(token), client: web)
  }

  /// Makes the branch `main` of a repository have exactly the given files, and the repository if there is none.
  ///
  /// - Parameters:
  ///   - files: The files.
  ///   - name: The repository's name.
  ///   - last: The commit of an earlier push. If the branch grew from it and the files are the same as then, what others
  ///     have added since stays; nil undoes whatever they did.
  ///   - description: Shown to people, for a new repository.
  ///   - author: Author and committer.
  ///   - message: The commit's message.
  ///   - deadline: When to give up.
  /// - Returns: What became of the repository.
  /// - Throws: `GiteaError`, `GitError`, `DeadlineExceeded` or `CancellationError`.
  func bring(
    _ files: [GitFile], to name: String, since last: String? = nil, description: String, author: GitSignature,
    message: String, deadline: Deadline
  ) async throws -> Outcome {
    let remote = GitRemote(
      options.repositoryURL(name), credentials: GitCredentials(username: Self.owner, password: secret), client: web)
    var known: Set<String> = []
    switch try await gitea.content(ofBranch: "main", in: name, of: Self.owner) {
    case .noRepository: _ = try await gitea.ensureRepository(name, of: Self.owner, description: description)
    case .noBranch: break
    case .tree(let tree):
      let wanted = Set(try await GitTree.entries(of: files).map { "\($0.mode) \($0.id.hex) \($0.name)" })
      if wanted == Set(tree.entries.map { "\($0.mode) \($0.id) \($0.name)" }) {
        return Outcome(commit: tree.commit, isNew: false)
      }
      guard last == nil else { fallthrough }
      known = try await gitea.objects(ofBranch: "main", in: name, of: Self.owner)
    case .large:
      // Only the branch's history tells.
      let outcome = try await remote.push(
        files, since: last, author: author, message: message, deadline: deadline)
      let isNew = if case .pushed = outcome { true } else { false }
      return Outcome(commit: outcome.commit.hex, isNew: isNew)
    }
    let commit = try await remote.append(files, without: known, author: author, message: message, deadline: deadline)
    return Outcome(commit: commit.hex, isNew: true)
  }

  /// Deletes a repository; one that does not exist is no error.
  func delete(_ name: String) async throws { try await gitea.deleteRepository(name, of: Self.owner) }
}
