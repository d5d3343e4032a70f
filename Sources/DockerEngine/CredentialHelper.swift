import Glibc

/// Runs docker's credential helpers, the only programs this project ever starts.
///
/// The protocol (docker/docker-credential-helpers): the helper gets `get` as its argument and the registry on standard
/// input, and writes JSON to standard output. No shell is involved.
public struct CredentialHelper: Sendable {
  /// How a helper ended.
  public struct Result: Sendable, Hashable {
    /// Its exit code, 128 and the signal when it was killed.
    public let exitCode: Int
    /// Its standard output.
    public let output: [UInt8]

    /// A result; see the properties.
    public init(exitCode: Int, output: [UInt8]) {
      self.exitCode = exitCode
      self.output = output
    }
  }

  /// A helper could not be run.
  public struct Problem: Error, CustomStringConvertible {
    /// What happened.
    public let description: String

    /// Says what happened.
    public init(_ description: String) { self.description = description }
  }

  /// Runs a program found in `PATH`: name, arguments, standard input, environment.
  public var run:
    @Sendable (_ program: String, _ arguments: [String], _ input: [UInt8], _ environment: [String: String])
      async throws -> Result

  /// Runs helpers with this function.
  public init(
    run:
      @escaping @Sendable (
        _ program: String, _ arguments: [String], _ input: [UInt8], _ environment: [String: String]
      ) async throws -> Result
  ) {
    self.run = run
  }

  /// Starts them with `posix_spawnp`; they are killed when the task is cancelled, or after 30 seconds.
  public static let system = CredentialHelper { program, arguments, input, environment in
    try await HelperProcess.run(program, arguments, input: input, environment: environment, limit: .seconds(30))
  }
}
