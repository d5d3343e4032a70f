import Diagnostics
import Glibc
import HTTP

extension EngineError {
  /// Turns a failed exchange into what a user of docker wants to know.
  init(_ error: HTTPError, operation: String, endpoint: EngineEndpoint) {
    switch (error.code, error.systemError) {
    case (.cannotConnect, EACCES), (.cannotConnect, EPERM):
      self.init(
        .permissionDenied, operation: operation, "permission denied on the engine's socket \(endpoint.name)",
        remedy: "add yourself to the group that owns the socket (`sudo usermod -aG docker $USER`) and log in again, "
          + "or run the command with sudo")
    case (.cannotConnect, ENOENT), (.cannotConnect, ENOTSOCK):
      self.init(
        .unreachable, operation: operation, "there is no container engine at \(endpoint.name)",
        remedy: "install or start one (`sudo systemctl start docker`), or say where it is with --docker-host or "
          + "DOCKER_HOST")
    case (.cannotConnect, ECONNREFUSED):
      self.init(
        .unreachable, operation: operation, "no container engine answers at \(endpoint.name) (connection refused)",
        remedy: "start it (`sudo systemctl start docker`, or Docker Desktop, Colima, …)")
    case (.cannotConnect, _), (.cannotResolve, _):
      self.init(
        .unreachable, operation: operation, "no connection to the engine at \(endpoint.name): \(error.message)",
        remedy: "check \(endpoint.origin)")
    case (.tls, _):
      self.init(
        .tls, operation: operation, "no TLS connection to the engine at \(endpoint.name): \(error.message)",
        remedy: "check the certificates of \(endpoint.origin) (DOCKER_CERT_PATH, or the docker context's)")
    case (.timedOut, _):
      self.init(
        .timedOut, operation: operation, "the engine at \(endpoint.name) did not answer in time (\(error.message))",
        remedy: "see whether the engine works at all: `docker ps`; restart it if that hangs too")
    case (.closedEarly, _):
      self.init(
        .closedEarly, operation: operation,
        "the engine at \(endpoint.name) dropped the connection (\(error.message))",
        remedy: "see the engine's log (`sudo journalctl -u docker`) and try again")
    case (.bodySource, _):
      self.init(
        .bodySource, operation: operation, error.underlying.map { "\($0)" } ?? error.message,
        remedy: (error.underlying as? any ExplainedError)?.remedy)
    case (.badRequest, _):
      self.init(.badConfiguration, operation: operation, error.message)
    default:
      self.init(
        .badAnswer, operation: operation, "the answer of \(endpoint.name) cannot be understood: \(error.message)",
        remedy: "check that \(endpoint.origin) names a container engine")
    }
  }

  /// Turns an unsuccessful response into an error with the engine's own message.
  init(status: Int, body: [UInt8], operation: String) {
    self.init(.refused, operation: operation, Self.message(status: status, body: body), status: status)
  }
}
