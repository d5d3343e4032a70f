public import Diagnostics

/// A directory in a Git repository elsewhere, written as kustomize writes remote targets:
/// `https://host/org/repo//path?ref=v1&submodules=false&timeout=30s`
/// (https://github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md, and `pkg/util/url.go` in
/// cnoe-io/idpbuilder).
public struct RemoteSource: Sendable, Hashable, CustomStringConvertible {
  /// What a server is shown to prove who asks.
  public struct Credentials: Sendable, Hashable {
    /// The name of the user; a token for some servers.
    public let user: Secret
    /// The password or token; empty if only a user was given.
    public let password: Secret
  }

  /// The address to clone from, without credentials: `https://host/org/repo`, `git@host:org/repo`.
  public let address: String
  /// What was given before the host's name of an http or https address.
  public let credentials: Credentials?
  /// The directory in the repository, shortened; empty for the root.
  public let path: String
  /// A branch, a tag or a commit; nil for the default branch.
  public let ref: String?
  /// Whether submodules are fetched as well; so it is unless told otherwise.
  public let includesSubmodules: Bool
  /// How long fetching may take; nil if it was not said.
  public let timeout: Duration?
  /// Names of parameters after the `?` that mean nothing here.
  public let unknownParameters: [String]
  /// The address as it was given, but without credentials.
  public let description: String

  /// Describes a directory in a repository; see the properties.
  ///
  /// - Parameters:
  ///   - address: The address to clone from, without credentials.
  ///   - path: The directory in it, empty for the root.
  ///   - ref: A branch, a tag or a commit.
  ///   - includesSubmodules: Whether submodules are fetched as well.
  ///   - credentials: What the server is shown.
  ///   - timeout: How long fetching may take.
  public init(
    address: String, path: String = "", ref: String? = nil, includesSubmodules: Bool = true,
    credentials: Credentials? = nil, timeout: Duration? = nil
  ) {
    self.init(
      address: address, credentials: credentials, path: path,
      parameters: Parameters(ref: ref, includesSubmodules: includesSubmodules, timeout: timeout),
      description: "\(address)//\(path)\(ref.map { "?ref=\($0)" } ?? "")")
  }

  init(
    address: String, credentials: Credentials?, path: String, parameters: Parameters, description: String
  ) {
    self.address = address
    self.credentials = credentials
    self.path = path
    ref = parameters.ref
    includesSubmodules = parameters.includesSubmodules
    timeout = parameters.timeout
    unknownParameters = parameters.unknown
    self.description = description
  }

  /// A file or directory of the repository, for messages: `https://host/org/repo//path/file.yaml`.
  ///
  /// - Parameter path: The path from the repository's root.
  /// - Returns: The text.
  public func display(_ path: String) -> String { "\(address)//\(path)" }
}
