import CGit2
public import Diagnostics

/// A Git operation failed.
public struct GitError: ExplainedError {
  /// What kind of fault it is.
  public enum Code: Sendable, Hashable {
    /// The remote has no such repository, or hides it from who asks.
    case repositoryNotFound
    /// The remote has no such branch, tag or commit.
    case referenceNotFound
    /// The remote wants other credentials.
    case authentication
    /// The remote is not known to be the one that is meant.
    case certificate
    /// The remote refused the push: a hook, a protected branch, or somebody else pushed in between.
    case rejected
    /// The remote cannot be reached, or the connection broke.
    case network
    /// The remote does not speak Git's protocol as it should.
    case protocolViolation
    /// A file's path cannot be in a Git tree.
    case badPath
    /// A file cannot be read or written.
    case inputOutput
    /// Anything else that libgit2 reports, with the number of its error class (`git_error_t`).
    case library(Int32)
  }

  /// What kind of fault it is.
  public let code: Code
  /// What was being done, naming the remote without credentials: `push to https://host/owner/name.git`.
  public let operation: String
  /// The cause in the words of libgit2, the server or the operating system.
  public let message: String
  /// The failed exchange below, if that was the cause.
  public let underlying: (any ExplainedError)?
  /// What the user can do about it, where that is known.
  public let remedy: String?

  /// Describes a fault; see the properties.
  public init(
    _ code: Code, _ operation: String, _ message: String, underlying: (any ExplainedError)? = nil, remedy: String? = nil
  ) {
    self.code = code
    self.operation = operation
    self.message = message
    self.underlying = underlying
    self.remedy = remedy ?? underlying?.remedy
  }

  /// Takes libgit2's last error of this thread.
  static func last(_ operation: String) -> GitError {
    guard let error = git_error_last()?.pointee, let message = error.message else {
      return GitError(.library(0), operation, "libgit2 gives no reason")
    }
    let code: Code =
      switch git_error_t(rawValue: UInt32(bitPattern: error.klass)) {
      case GIT_ERROR_OS, GIT_ERROR_FILESYSTEM: .inputOutput
      case GIT_ERROR_NET, GIT_ERROR_HTTP, GIT_ERROR_SSL, GIT_ERROR_SSH: .network
      case GIT_ERROR_REFERENCE: .referenceNotFound
      default: .library(error.klass)
      }
    return GitError(code, operation, String(cString: message))
  }

  /// The operation and the cause.
  public var description: String { "\(operation): \(message)" }
  /// The exit code that fits the kind.
  public var exitStatus: ExitStatus {
    switch code {
    case .repositoryNotFound, .referenceNotFound: .notFound
    case .authentication, .certificate: .permissionDenied
    case .rejected: .cannotCreate
    case .network: underlying?.exitStatus ?? .unavailable
    case .protocolViolation: .protocolViolation
    case .badPath: .badInput
    case .inputOutput: .inputOutput
    case .library: .failure
    }
  }
}
