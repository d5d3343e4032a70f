public import Diagnostics
import Git
public import HTTP

/// Clones of the repositories that packages come from, each fetched once in a run.
public actor RemoteCheckouts {
  private struct Key: Hashable {
    let address: String
    let ref: String?
    let includesSubmodules: Bool
    let credentials: RemoteSource.Credentials?
  }

  private let directory: String
  private let client: Client
  private let deadline: Deadline
  private let progress: @Sendable (String) -> Void
  private var clones: [Key: Task<String, any Error>] = [:]

  /// Fetches nothing yet.
  ///
  /// - Parameters:
  ///   - directory: The absolute path of an existing directory that clones are written below; the caller removes it when
  ///     the packages are installed.
  ///   - client: Carries http and https.
  ///   - deadline: When to give up; a source's own timeout may be earlier.
  ///   - progress: Told which repository is fetched, when that begins.
  public init(
    directory: String, client: Client, deadline: Deadline = .never,
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.directory = directory
    self.client = client
    self.deadline = deadline
    self.progress = progress
  }

  /// The directory with a source's repository at the wanted branch, tag or commit; fetched if it is not there yet.
  ///
  /// Sources that differ only in the path share a clone. Cancelling one who waits for it ends the fetch for all, and a
  /// failed one is not tried again: a run has one command and one view of the world.
  ///
  /// - Parameter source: The source.
  /// - Returns: The absolute path of the clone.
  /// - Throws: `GitError`, `DeadlineExceeded` or `CancellationError`.
  public func directory(of source: RemoteSource) async throws -> String {
    let key = Key(
      address: source.address, ref: source.ref, includesSubmodules: source.includesSubmodules,
      credentials: source.credentials)
    let clone = clones[key] ?? begin(source, "\(directory)/\(clones.count)")
    clones[key] = clone
    return try await withTaskCancellationHandler {
      try await clone.value
    } onCancel: {
      clone.cancel()
    }
  }

  private func begin(_ source: RemoteSource, _ target: String) -> Task<String, any Error> {
    let credentials = source.credentials.map { GitCredentials(username: $0.user.revealed, password: $0.password) }
    let remote = GitRemote(source.address, credentials: credentials, client: client)
    let deadline = source.timeout.map(deadline.atMost) ?? deadline
    progress("fetching \(source.address)\(source.ref.map { " at \($0)" } ?? "")")
    return Task {
      _ = try await remote.clone(
        to: target, ref: source.ref, submodules: source.includesSubmodules, deadline: deadline)
      return target
    }
  }
}

extension PackageReader {
  /// A reader that fetches remote packages.
  ///
  /// - Parameter checkouts: Where their clones go.
  public init(checkouts: RemoteCheckouts) {
    self.init { source in try await checkouts.directory(of: source) }
  }

  /// Reads and checks what was given with `--package`; all that `idpbuilder validate` does.
  ///
  /// - Parameters:
  ///   - values: The values in the order of the command line, see ``PackageSource/parse(_:workingDirectory:)``.
  ///   - workingDirectory: The absolute path that relative ones count from.
  /// - Returns: The packages and what was found.
  /// - Throws: `Failure` for values that name no package, `CancellationError`.
  public func read(_ values: [String], workingDirectory: String) async throws -> PackageReport {
    let parsed = try await Parallel.map([values]) { values in
      Result { () throws(Failure) in try PackageSource.parse(values, workingDirectory: workingDirectory) }
    }
    return try await read(parsed.first?.get() ?? [])
  }
}
