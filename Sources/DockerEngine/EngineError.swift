public import Diagnostics
import Glibc
import HTTP

/// Something that was asked of a container engine and was not done.
///
/// Cancellation is not an `EngineError`: every operation throws `CancellationError` for it.
public struct EngineError: ExplainedError {
  /// The kind of failure; a struct so that kinds can be added without breaking callers.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name of the kind, stable.
    public let description: String

    /// The engine refused: ``EngineError/status`` and ``EngineError/message`` are its own.
    public static let refused = Code(description: "refused")
    /// There is no engine at the endpoint: no socket, or nobody listens.
    public static let unreachable = Code(description: "unreachable")
    /// The operating system does not let us use the engine's socket.
    public static let permissionDenied = Code(description: "permissionDenied")
    /// TLS could not be set up with the engine.
    public static let tls = Code(description: "tls")
    /// The engine is older than what is supported.
    public static let tooOld = Code(description: "tooOld")
    /// The engine did not answer in time.
    public static let timedOut = Code(description: "timedOut")
    /// The engine dropped the connection in the middle of an answer.
    public static let closedEarly = Code(description: "closedEarly")
    /// The answer cannot be understood.
    public static let badAnswer = Code(description: "badAnswer")
    /// The endpoint, a context or docker's configuration file is wrong.
    public static let badConfiguration = Code(description: "badConfiguration")
    /// The registry's credentials could not be had.
    public static let credentials = Code(description: "credentials")
    /// The data to send could not be read.
    public static let bodySource = Code(description: "bodySource")
  }

  /// The kind of failure.
  public let code: Code
  /// What was tried, naming the object: `start container localdev-control-plane`.
  public let operation: String
  /// The cause, in the engine's own words where it said anything.
  public let message: String
  /// The status of the engine's response, if there was one.
  public let status: Int?
  /// What the user can do about it, if it is known.
  public let remedy: String?

  /// Describes a failed operation; see the properties.
  public init(_ code: Code, operation: String, _ message: String, status: Int? = nil, remedy: String? = nil) {
    self.code = code
    self.operation = operation
    self.message = message
    self.status = status
    self.remedy = remedy ?? Self.knownRemedy(for: message)
  }

  /// What was tried and why it failed.
  public var description: String { "cannot \(operation): \(message)" }

  /// Whether the engine said that the object does not exist.
  public var isNotFound: Bool { status == 404 }
  /// Whether the engine said that the operation conflicts with what exists.
  public var isConflict: Bool {
    // Podman has no status of its own for a name that is taken and for a container that does not run.
    status == 409 || message.contains("is already in use by") || message.contains("container state improper")
  }
  /// Whether the engine may have done what was asked, and only its answer was lost or spoilt on the way.
  public var isAnswerLost: Bool { code == .closedEarly || code == .badAnswer }
  /// Whether a port of the host is taken (moby's `libnetwork` and `docker-proxy` have no code of their own for it).
  public var isPortTaken: Bool {
    let text = message.lowercased()
    return text.contains("port is already allocated") || text.contains("address already in use")
      || text.contains("ports are not available")
  }
  /// Whether the engine ran out of disk space.
  public var isDiskFull: Bool { message.lowercased().contains("no space left on device") }

  /// The exit code that fits the kind.
  public var exitStatus: ExitStatus {
    if isPortTaken || isDiskFull { return .cannotCreate }
    switch (code, status) {
    case (.refused, 404): return .notFound
    case (.refused, _) where isConflict: return .cannotCreate
    case (.refused, 401), (.refused, 403), (.permissionDenied, _), (.credentials, _): return .permissionDenied
    case (.refused, 400), (.badConfiguration, _): return .badInput
    case (.unreachable, _), (.tls, _), (.tooOld, _), (.refused, 502), (.refused, 503): return .unavailable
    case (.timedOut, _): return .timedOut
    case (.closedEarly, _), (.bodySource, _): return .inputOutput
    case (.badAnswer, _): return .protocolViolation
    default: return .failure
    }
  }

  private static func knownRemedy(for message: String) -> String? {
    let text = message.lowercased()
    if text.contains("no space left on device") {
      return "make room on the engine's disk: `docker system df` shows what fills it"
    }
    return nil
  }
}
