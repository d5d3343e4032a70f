public import Diagnostics
import Documents
public import HTTP
import Logging
import Synchronization

/// A client of one Kubernetes API server.
///
/// All calls answer cancellation promptly and respect their deadline; without one, a call that is no watch gives up
/// after ``Options/requestTimeout``. A server that asks to be tried again later (429, or 5xx with `Retry-After`) is,
/// within the deadline; so is one that loses the connection of a request which does no harm when it comes twice.
public final class KubernetesClient: Sendable {
  /// What can be chosen for a client.
  public struct Options: Sendable {
    /// Where to connect for a host and port, instead of resolving the name; see ``HTTP/Client/Configuration``.
    public var connectTo: [HostPort: HostPort] = [:]
    /// The `User-Agent` field.
    public var userAgent = "idpbuilder"
    /// How long a call may take that is no watch and has no deadline.
    public var requestTimeout: Duration = .seconds(60)
    /// The largest accepted response, and the largest accepted event of a watch, in bytes.
    public var responseLimit = 64 << 20
    /// How often a request is repeated because the server asks for it.
    public var retryLimit = 10
    /// The longest pause that a server may ask for.
    public var longestRetryPause: Duration = .seconds(10)
    /// Called with each text the server sends in a `Warning` field (RFC 7234 §5.5), once for each text.
    public var onWarning: @Sendable (String) -> Void = { _ in }

    /// The defaults above.
    public init() {}
  }

  /// Where the API server is and who is asking.
  public let access: ClusterAccess
  let options: Options
  let http: Client
  let base: String
  let logger = Logger(label: "idpbuilder.kubernetes")
  let discovered = Mutex<[ResourceType.Key: ResourceType]>([:])
  private let warnings = Mutex<Set<String>>([])
  /// Whether the server has answered anything.
  private let contact = Mutex(false)

  /// A client; nothing is opened before the first call.
  public init(_ access: ClusterAccess, options: Options = Options()) {
    self.access = access
    self.options = options
    var configuration = Client.Configuration()
    configuration.trust = access.authorityPEM.map { .pem($0) } ?? .system
    configuration.identity = access.identity
    configuration.userAgent = options.userAgent
    configuration.connectTo = options.connectTo
    base = Self.url(of: access, connectTo: &configuration.connectTo)
    http = Client(configuration)
  }

  /// The URL to use: with a TLS server name of its own, that name stands in the URL and is connected to the real host.
  private static func url(of access: ClusterAccess, connectTo: inout [HostPort: HostPort]) -> String {
    guard let name = access.tlsServerName, let server = ServerURL(access.server), name != server.authority.host else {
      return access.server
    }
    let claimed = HostPort(name, server.authority.port)
    connectTo[claimed] = connectTo[server.authority] ?? server.authority
    return "\(server.scheme)://\(claimed)\(server.path)"
  }

  // MARK: Requests

  /// A request without its server: what is asked, and how to say so in an error.
  struct Call {
    var method: Request.Method = .get
    var path: String
    var query: [(name: String, value: String)] = []
    var body: [UInt8]?
    var contentType = "application/json"
    var accept = "application/json"
    var operation: String

    /// Whether the same request sent twice leaves what it leaves when sent once: all but creations, and JSON patches,
    /// which may test what they change.
    var isIdempotent: Bool {
      switch method {
      case .post: false
      case .patch: contentType != "application/json-patch+json"
      default: true
      }
    }
  }

  func request(_ call: Call) -> Request {
    var headers: Headers = ["Accept": call.accept]
    if let token = access.token { headers["Authorization"] = "Bearer \(token.revealed)" }
    if call.body != nil { headers["Content-Type"] = call.contentType }
    return Request(
      call.method, base + call.path + PercentEncoding.query(call.query), headers: headers,
      body: call.body.map { .bytes($0) } ?? .none)
  }

  /// Sends a call, again where the server asks for it, and reads the response.
  ///
  /// - Throws: ``APIStatusError`` for a refusal, `HTTPError` without a response.
  func send(_ call: Call, deadline: Deadline) async throws -> [UInt8] {
    let deadline = deadline.atMost(options.requestTimeout)
    var attempts = 0
    while true {
      attempts += 1
      let (response, body) = try await exchange(call, deadline: deadline)
      if response.isSuccess { return body }
      let pause = retryPause(response)
      let error = APIStatusError(operation: call.operation, code: response.status, body: body, retryAfter: pause)
      guard let pause, attempts <= options.retryLimit else { throw error }
      let bounded = min(pause, options.longestRetryPause)
      if let remaining = deadline.remaining, remaining <= bounded { throw error }
      logger.debug("\(call.operation): the server asks to try again in \(bounded)")
      try await ContinuousClock().sleep(for: bounded)
    }
  }

  /// How often a request is sent again because its connection was lost.
  private static let lossLimit = 3

  private func exchange(_ call: Call, deadline: Deadline) async throws -> (Response, [UInt8]) {
    var backoff = Backoff(first: .milliseconds(100))
    var losses = 0
    while true {
      let failure: HTTPError
      do throws(HTTPError) {
        let response = try await http.send(request(call), deadline: deadline)
        contact.withLock { $0 = true }
        noteWarnings(response.headers)
        return (response, try await response.collect(limit: options.responseLimit))
      } catch {
        if error.code == .cancelled { throw CancellationError() }
        failure = error
      }
      // A server that was never reached is the business of whoever waits for it; one that was may be back soon.
      let isPassing = failure.code == .closedEarly || (failure.code == .cannotConnect && contact.withLock { $0 })
      // Nothing has come of a request whose connection could not be made.
      guard isPassing, call.isIdempotent || failure.code == .cannotConnect, losses < Self.lossLimit, !deadline.hasPassed
      else { throw failure }
      losses += 1
      logger.debug("\(call.operation) is sent again: \(failure.message)")
      do {
        try await backoff.pause(until: deadline, awaiting: call.operation)
      } catch is DeadlineExceeded {
        throw failure
      }
    }
  }

  func sendForValue(_ call: Call, deadline: Deadline) async throws -> Value {
    let body = try await send(call, deadline: deadline)
    do {
      return try JSON.parse(body)
    } catch {
      throw ProtocolError(operation: call.operation, message: "the server's answer is not JSON: \(error)")
    }
  }

  /// The pause a response asks for: 429 always does, other failures only with `Retry-After` (RFC 9110 §10.2.3).
  private func retryPause(_ response: Response) -> Duration? {
    guard response.status == 429 || (500...599).contains(response.status) else { return nil }
    let seconds = response.headers["Retry-After"].flatMap { Int($0) }
    if let seconds { return .seconds(max(0, seconds)) }
    return response.status == 429 ? .seconds(1) : nil
  }

  func noteWarnings(_ headers: Headers) {
    for field in headers.values("Warning") {
      guard let text = WarningField.text(field) else { continue }
      let isNew = warnings.withLock { $0.insert(text).inserted }
      if isNew { options.onWarning(text) }
    }
  }
}

/// The other side does not speak the Kubernetes API as it should.
public struct ProtocolError: ExplainedError {
  /// What was tried.
  public let operation: String
  /// What is wrong with the answer.
  public let message: String

  /// What was tried and what is wrong.
  public var description: String { "\(operation): \(message)" }
  /// The exit code for broken protocols.
  public var exitStatus: ExitStatus { .protocolViolation }
}
