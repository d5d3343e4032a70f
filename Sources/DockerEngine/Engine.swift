import Documents
import HTTP
import Logging
import Synchronization

/// A client of the Docker Engine API, for Docker Engine 20.10 (API 1.41) and newer, and Podman's compatible service.
///
/// Operations are grouped by resource in extensions. Answers are ``Documents/Value``s with the API's own member names
/// (<https://docs.docker.com/reference/api/engine/>). Every operation throws ``EngineError``, or `CancellationError`
/// promptly when the task is cancelled.
public final class Engine: Sendable {
  /// How long each class of requests may take before the engine counts as hanging.
  public struct Timeouts: Sendable, Hashable {
    /// The first question of all, which costs the engine nothing: whether it is there.
    public var greeting: Duration = .seconds(10)
    /// Questions, and changes that are done at once. An engine that is busy with large volumes or images keeps even
    /// lists of them waiting.
    public var answer: Duration = .seconds(60)
    /// Changes that cost the engine real work: create, start, stop, remove, commit, and the end of a transfer.
    public var work: Duration = .seconds(300)
    /// The first sign of an answer that goes on for as long as it takes: logs, pulls, archives.
    public var head: Duration = .seconds(60)
    /// The rest of an answer that has begun, if it is one that the engine has at hand.
    public var body: Duration = .seconds(30)
    /// Silence in the middle of a transfer that should never be silent: archives, saved images.
    public var silence: Duration = .seconds(120)

    /// The usual values.
    public init() {}
  }

  /// Where the engine is.
  public let endpoint: EngineEndpoint
  /// The version of the API that is spoken: the newest that both sides know.
  public let apiVersion: APIVersion
  /// The product and its version, see ``EngineGreeting``.
  public let product: String
  /// How long requests may take.
  public let timeouts: Timeouts

  let client: Client
  let logger = Logger(label: "idpbuilder.engine")
  /// Whether the engine has answered anything.
  let contact: Mutex<Bool>

  /// A client that speaks a version known beforehand; see ``connect(_:timeouts:)``.
  public init(_ endpoint: EngineEndpoint, apiVersion: APIVersion, timeouts: Timeouts = Timeouts()) {
    self.endpoint = endpoint
    self.apiVersion = apiVersion
    self.timeouts = timeouts
    product = EngineGreeting(apiVersion: nil, server: nil).product
    client = Client(endpoint.clientConfiguration)
    contact = Mutex(false)
  }

  private init(_ engine: Engine, apiVersion: APIVersion, product: String) {
    endpoint = engine.endpoint
    timeouts = engine.timeouts
    client = engine.client
    self.apiVersion = apiVersion
    self.product = product
    contact = Mutex(engine.contact.withLock { $0 })
  }

  /// Asks the engine which versions it speaks, and settles on the newest common one.
  ///
  /// - Parameters:
  ///   - endpoint: Where the engine is.
  ///   - timeouts: How long requests may take.
  /// - Returns: The client.
  /// - Throws: ``EngineError``: unreachable, permission denied, or too old.
  public static func connect(_ endpoint: EngineEndpoint, timeouts: Timeouts = Timeouts()) async throws -> Engine {
    let engine = Engine(endpoint, apiVersion: .oldest, timeouts: timeouts)
    let greeting = try await engine.ping()
    return Engine(
      engine, apiVersion: try negotiate(theirs: greeting.apiVersion, endpoint: endpoint), product: greeting.product)
  }

  /// The newest version that both sides know.
  static func negotiate(theirs: APIVersion?, endpoint: EngineEndpoint) throws(EngineError) -> APIVersion {
    let operation = "use the container engine at \(endpoint.name)"
    guard let theirs else {
      throw EngineError(
        .badAnswer, operation: operation, "it does not say which version of the Docker API it speaks",
        remedy: "check that \(endpoint.origin) names a Docker Engine or Podman's Docker-compatible socket")
    }
    guard theirs >= .oldest else {
      throw EngineError(
        .tooOld, operation: operation,
        "it speaks version \(theirs) of the Docker API, but at least \(APIVersion.oldest) is needed",
        remedy: "install Docker Engine 20.10 or newer")
    }
    return min(theirs, .newest)
  }
}
