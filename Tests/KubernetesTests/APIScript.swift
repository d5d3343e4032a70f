import Synchronization
import TestSupport

/// An API server that plays a script: one answer for each request, in order, on any number of connections.
final class APIScript: Sendable {
  /// A request as it came.
  struct Request: Sendable {
    let method: String
    let target: String
    let head: String
    let body: String

    /// The path and query without the percent-encoding of commas and equals signs.
    var plainTarget: String { target.replacing("%3D", with: "=").replacing("%2C", with: ",") }
  }

  /// What to do with a request.
  enum Answer: Sendable {
    /// A whole response.
    case respond(Int, String, headers: [String] = [])
    /// The chunks of a response without a length, then the end of the connection.
    case stream([String])
    /// The chunks of a response without a length; the connection stays open until the client closes it.
    case hold([String])
    /// The connection ends without an answer.
    case hangUp
  }

  private struct State {
    var answers: [Answer]
    var requests: [Request] = []
  }

  private let play: Play
  private let server: ScriptedServer

  init(_ answers: Answer...) throws {
    let play = Play(answers)
    self.play = play
    server = try ScriptedServer { connection, _ in
      while let request = Self.read(connection) {
        guard play.answer(request, connection) else { return }
      }
    }
  }

  var url: String { server.url }
  var requests: [Request] { play.state.withLock { $0.requests } }

  private final class Play: Sendable {
    let state: Mutex<State>

    init(_ answers: [Answer]) { state = Mutex(State(answers: answers)) }

    func answer(_ request: Request, _ connection: Connection) -> Bool {
      let answer = state.withLock { state in
        state.requests.append(request)
        return state.answers.isEmpty ? Answer.respond(599, "unexpected request") : state.answers.removeFirst()
      }
      switch answer {
      case .respond(let status, let body, let headers):
        return connection.respond("\(status) x", headers: headers.map { "\($0)\r\n" }.joined(), body: body)
      case .stream(let chunks):
        connection.send("HTTP/1.1 200 OK\r\n\r\n")
        for chunk in chunks { connection.send(chunk) }
        return false
      case .hold(let chunks):
        connection.send("HTTP/1.1 200 OK\r\n\r\n")
        for chunk in chunks { connection.send(chunk) }
        connection.waitForClose()
        return false
      case .hangUp: return false
      }
    }
  }

  private static func read(_ connection: Connection) -> Request? {
    guard let head = connection.readHead() else { return nil }
    let lower = head.lowercased()
    var length = 0
    if let field = lower.firstRange(of: "content-length: ") {
      length = Int(lower[field.upperBound...].prefix(while: \.isNumber)) ?? 0
    }
    let line = head.prefix { $0 != "\r\n" }.split(separator: " ")
    return Request(
      method: String(line.first ?? ""), target: String(line.dropFirst().first ?? ""), head: head,
      body: String(decoding: connection.read(length), as: UTF8.self))
  }
}
