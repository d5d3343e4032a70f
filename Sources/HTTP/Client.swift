public import Diagnostics
import Logging

/// An HTTP client on libcurl.
///
/// All transfers of a client run on one thread of its own, started by the first request and ended when the client and
/// all responses that are still being read are gone. Connections are kept and used again.
public final class Client: Sendable {
  /// How servers are reached.
  public let configuration: Configuration
  private let loop: TransferLoop
  private let logger = Logger(label: "idpbuilder.http")

  /// A client; nothing is opened before the first request.
  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    loop = TransferLoop(connectionsPerHost: configuration.connectionsPerHost)
  }

  deinit { loop.stop() }

  /// Sends a request and waits for the head of the response.
  ///
  /// - Parameters:
  ///   - request: What to ask.
  ///   - deadline: When the whole exchange must be over, reading the body included.
  ///   - headDeadline: When the head of the response must be there; for responses that go on without end.
  /// - Returns: The response, whatever its status; its body is read from ``Response/body``.
  /// - Throws: ``HTTPError`` if there is no response. Cancelling the task ends the transfer at once.
  public func send(
    _ request: Request, deadline: Deadline, headDeadline: Deadline = .never
  ) async throws(HTTPError) -> Response {
    let started = ContinuousClock.now
    let exchange = Exchange(
      request: request, configuration: configuration, deadline: deadline, headDeadline: headDeadline, loop: loop)
    let body = ResponseBody(exchange: exchange, owner: self)
    do {
      try exchange.begin()
      let head = try await exchange.head()
      logger.debug("\(exchange.label) → \(head.status) in \(ContinuousClock.now - started)")
      return Response(status: head.status, headers: head.headers, body: body)
    } catch {
      logger.debug("\(exchange.label) failed after \(ContinuousClock.now - started): \(error.message)")
      throw error
    }
  }
}
