import Synchronization
import TestSupport

/// An HTTP server that gives a prepared answer to each request and remembers the requests.
final class AnsweringServer: Sendable {
  private final class Log: Sendable {
    let requests = Mutex<[HTTPRequest]>([])
  }

  private let server: ScriptedServer
  private let log: Log

  var url: String { server.url }
  var requests: [HTTPRequest] { log.requests.withLock { $0 } }

  /// A whole response with a JSON body.
  static func json(_ status: Int, _ body: String) -> String {
    let head = "HTTP/1.1 \(status) Answer\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
    return head + "Connection: close\r\n\r\n" + body
  }

  /// Starts; `answer` gives the text of a whole response, and the connection is closed after it.
  init(_ answer: @escaping @Sendable (HTTPRequest) -> String) throws {
    let log = Log()
    self.log = log
    server = try ScriptedServer { connection, _ in
      guard let request = connection.readRequest() else { return }
      log.requests.withLock { $0.append(request) }
      _ = connection.send(answer(request))
    }
  }
}
