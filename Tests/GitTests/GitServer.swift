import Synchronization
import TestSupport

/// A small HTTP server on the loopback address that runs the real `git http-backend` for each request.
final class GitServer: Sendable {
  /// The text of a whole response, for requests that git shall not see; nil for git's own answer.
  typealias Interception = @Sendable (HTTPRequest) -> String?

  private final class Log: Sendable {
    let requests = Mutex<[HTTPRequest]>([])
  }

  private let server: ScriptedServer
  private let log: Log

  var port: UInt16 { server.port }
  var url: String { server.url }
  var requests: [HTTPRequest] { log.requests.withLock { $0 } }

  /// Serves the bare repositories below `root`.
  init(root: String, interception: @escaping Interception = { _ in nil }) throws {
    let log = Log()
    self.log = log
    server = try ScriptedServer { connection, _ in
      guard let request = connection.readRequest() else { return }
      log.requests.withLock { $0.append(request) }
      _ = connection.send(interception(request).map { Array($0.utf8) } ?? Self.answer(request, root: root))
    }
  }

  private static func answer(_ request: HTTPRequest, root: String) -> [UInt8] {
    let environment = [
      "GIT_PROJECT_ROOT": root, "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": request.path, "HOME": root,
      "QUERY_STRING": request.query, "REQUEST_METHOD": request.method, "PATH": "/usr/bin:/bin",
      "CONTENT_TYPE": request.headers["content-type"] ?? "", "CONTENT_LENGTH": "\(request.body.count)",
      "REMOTE_USER": "peer", "REMOTE_ADDR": "127.0.0.1", "GIT_CONFIG_NOSYSTEM": "1",
    ]
    let bytes = (try? Program.httpBackend.run([], input: request.body, environment: environment))?.output ?? []
    let head = String(decoding: bytes.prefix(300), as: UTF8.self)
    let status = head.hasPrefix("Status: ") ? head.dropFirst(8).prefix { $0 != "\r\n" } : "200 OK"
    return Array("HTTP/1.1 \(status)\r\nConnection: close\r\n".utf8) + bytes
  }
}
