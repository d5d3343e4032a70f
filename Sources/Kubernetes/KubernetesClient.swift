public import Diagnostics
import Documents
public import HTTP
import Logging
import Synchronization

/// A client of one Kubernetes API server.
///
/// All calls answer cancellation promptly and respect their deadline; without one, a call that is no watch gives up
/// after ``Options/requestTimeout``. A server that asks to be tried again later (429, or 5xx with `Retry-After`) is,
/// within the deadline. A request which does no harm when it comes twice is sent again a few times when its connection is
/// lost, the answer is no JSON, or the server fails (500, 502, 503, 504); a change that met another one (409) is, too.
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
    /// How long the rest of an answer may take that has begun.
    public var bodyTimeout: Duration = .seconds(30)
    /// How often a request is repeated because the server asks for it.
    public var retryLimit = 10
    /// The longest pause that a server may ask for.
    public var longestRetryPause: Duration = .seconds(10)
    /// How many connections there may be, besides one for each watch; further calls wait for one.
    public var connections = 4
    /// Called with each text the server sends in a `Warning` field (RFC 7234 §5.5), once for each text.
    public var onWarning: @Sendable (String) -> Void = { _ in }

    /// The defaults above.
    public init() {}
  }

  /// Where the API server is and who is asking.
  public let access: ClusterAccess
  let options: Options
  let http: Client
  /// Carries the watches, each of which keeps a connection to itself for as long as it lasts.
  let watchHTTP: Client
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
    watchHTTP = Client(configuration)
    configuration.connectionsPerHost = options.connections
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
    /// Whether a status of 500 or more is what was asked for, not an accident.
    var isAboutHealth = false
    /// Whether the server is to settle a conflict with another change by itself: nothing was said of versions.
    var settlesConflicts = false

    /// Whether the same request sent twice leaves what it leaves when sent once: all but creations, and JSON patches,
    /// which may test what they change.
    var isIdempotent: Bool {
      switch method {
      case .post: false
      case .patch: contentType != "application/json-patch+json"
      default: true
      }
    }

    /// Whether a refusal may be gone a moment later, and asking again does no harm.
    func mayPass(_ error: APIStatusError) -> Bool {
      switch error.code {
      case 500, 502, 503, 504: isIdempotent && !isAboutHealth
      case 409: settlesConflicts && !error.isOwnershipConflict
      default: false
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

  /// Sends a call, again where that is asked for or may help, and reads the response.
  ///
  /// - Throws: ``APIStatusError`` for a refusal, `HTTPError` without a response.
  func send(_ call: Call, deadline: Deadline) async throws -> [UInt8] {
    try await send(call, deadline: deadline) { $0 }
  }

  /// How often a request is sent again because its connection was lost, its answer was spoilt, or the server failed; and
  /// as often because no connection could be made, which tells nothing of how the server will answer.
  private static let mishapLimit = 3

  private func send<Result>(
    _ call: Call, deadline: Deadline, reading: ([UInt8]) throws(ProtocolError) -> Result
  ) async throws -> Result {
    let deadline = deadline.atMost(options.requestTimeout)
    var backoff = Backoff(first: .milliseconds(100))
    var (requestedPauses, mishaps, outages) = (0, 0, 0)
    while true {
      let failure: any ExplainedError
      do {
        let (response, body) = try await exchange(call, deadline: deadline)
        if response.isSuccess { return try reading(body) }
        let pause = retryPause(response)
        let error = APIStatusError(operation: call.operation, code: response.status, body: body, retryAfter: pause)
        if let pause {
          requestedPauses += 1
          let bounded = min(pause, options.longestRetryPause)
          guard requestedPauses <= options.retryLimit, deadline.remaining.map({ $0 > bounded }) ?? true else {
            throw error
          }
          logger.debug("\(call.operation): the server asks to try again in \(bounded)")
          try await ContinuousClock().sleep(for: bounded)
          continue
        }
        guard call.mayPass(error) else { throw error }
        failure = error
      } catch let error as HTTPError {
        if error.code == .cancelled { throw CancellationError() }
        guard isPassing(error, call) else { throw error }
        failure = error
      } catch let error as ProtocolError {
        guard call.isIdempotent else { throw error }
        failure = error
      }
      if (failure as? HTTPError)?.code == .cannotConnect { outages += 1 } else { mishaps += 1 }
      guard max(mishaps, outages) <= Self.mishapLimit, !deadline.hasPassed else { throw failure }
      logger.debug("\(call.operation) is sent again: \(failure)")
      do {
        try await backoff.pause(until: deadline, awaiting: call.operation)
      } catch is DeadlineExceeded {
        throw failure
      }
    }
  }

  private func exchange(_ call: Call, deadline: Deadline) async throws(HTTPError) -> (Response, [UInt8]) {
    var request = request(call)
    request.bodyTimeout = options.bodyTimeout
    let response = try await http.send(request, deadline: deadline)
    contact.withLock { $0 = true }
    noteWarnings(response.headers)
    return (response, try await response.collect(limit: options.responseLimit))
  }

  /// Whether a lost connection may be made again: one to a server that was never reached is the business of whoever waits
  /// for it; one that was may be back soon.
  private func isPassing(_ failure: HTTPError, _ call: Call) -> Bool {
    switch failure.code {
    case .closedEarly: call.isIdempotent
    // Nothing has come of a request whose connection could not be made.
    case .cannotConnect: contact.withLock { $0 }
    default: false
    }
  }

  func sendForValue(_ call: Call, deadline: Deadline) async throws -> Value {
    try await send(call, deadline: deadline) { body throws(ProtocolError) in
      do throws(DocumentError) {
        return try JSON.parse(body)
      } catch {
        throw ProtocolError(operation: call.operation, message: "the server's answer is not JSON: \(error)")
      }
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
