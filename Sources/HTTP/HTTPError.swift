public import Diagnostics

/// A request that got no complete response. (A response with any status, 404 and 500 included, is not an error.)
public struct HTTPError: ExplainedError {
  /// The kind of failure; a struct so that kinds can be added without breaking callers.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name of the kind, stable.
    public let description: String

    /// The request itself is malformed: its URL, a header, an option. Nothing was sent.
    public static let badRequest = Code(description: "badRequest")
    /// The host name could not be resolved.
    public static let cannotResolve = Code(description: "cannotResolve")
    /// No connection could be made; ``HTTPError/systemError`` tells why.
    public static let cannotConnect = Code(description: "cannotConnect")
    /// The TLS handshake failed: untrusted or wrong certificate, refused client certificate.
    public static let tls = Code(description: "tls")
    /// The deadline, the connect timeout or the idle timeout passed.
    public static let timedOut = Code(description: "timedOut")
    /// The task was cancelled, or the response was dropped.
    public static let cancelled = Code(description: "cancelled")
    /// The other side closed or reset the connection before the response was complete.
    public static let closedEarly = Code(description: "closedEarly")
    /// The response is larger than the limit (headers or body).
    public static let tooLarge = Code(description: "tooLarge")
    /// The other side does not speak HTTP as it should, or redirects without end.
    public static let protocolViolation = Code(description: "protocolViolation")
    /// The source of a streamed request body failed; ``HTTPError/underlying`` is its error.
    public static let bodySource = Code(description: "bodySource")
    /// Anything else, a fault of libcurl or lack of memory.
    public static let other = Code(description: "other")
  }

  /// The kind of failure.
  public let code: Code
  /// What happened, in libcurl's own words where they are known.
  public let message: String
  /// What was asked, without query and credentials: `GET http://host/path`.
  public let request: String
  /// The `errno` behind a failed connection, if there was one.
  public let systemError: Int32?
  /// The error of the request body's source, for ``Code/bodySource``.
  public let underlying: (any Error)?

  /// Describes a failed request; see the properties.
  public init(
    _ code: Code, _ message: String, request: String, systemError: Int32? = nil, underlying: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.request = request
    self.systemError = systemError
    self.underlying = underlying
  }

  /// What was asked and what happened.
  public var description: String { "\(request): \(message)" }

  /// The exit code that fits the kind.
  public var exitStatus: ExitStatus {
    switch code {
    case .badRequest: .badInput
    case .cannotResolve, .cannotConnect: .unavailable
    case .tls, .closedEarly: .unavailable
    case .timedOut: .timedOut
    case .cancelled: .interrupted
    case .tooLarge, .protocolViolation: .protocolViolation
    case .bodySource: (underlying as? any ExplainedError)?.exitStatus ?? .inputOutput
    default: .failure
    }
  }
}
