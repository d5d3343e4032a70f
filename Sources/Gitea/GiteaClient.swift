import Diagnostics
import Documents
public import HTTP

/// A client of Gitea's API, version 1.
///
/// Source of paths, fields and status codes: Gitea 1.24, `templates/swagger/v1_json.tmpl`, which a server shows at
/// `/api/swagger`.
public struct GiteaClient: Sendable {
  /// Where the server is: `https://gitea.cnoe.localtest.me:8443`, with a path if it is served below one.
  public let url: String
  /// Who asks.
  public var credentials: GiteaCredentials?
  /// How long one request may take.
  public var timeout: Duration = .seconds(30)
  private let client: Client

  /// Describes a server; nothing is asked yet.
  ///
  /// - Parameters:
  ///   - url: Where the server is; a trailing slash is dropped.
  ///   - credentials: Who asks; nil for what everybody may ask.
  ///   - client: Carries the requests.
  public init(url: String, credentials: GiteaCredentials? = nil, client: Client) {
    self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
    self.credentials = credentials
    self.client = client
  }

  /// Sends a request below `/api` and reads the answer.
  ///
  /// - Returns: The status, and the answer's JSON; null if it has none.
  func send(
    _ method: Request.Method, _ path: String, _ body: Value? = nil, operation: String, accepting: Set<Int> = []
  ) async throws(GiteaError) -> (status: Int, value: Value) {
    var request = Request(method, "\(url)/api\(path)")
    request.headers["Accept"] = "application/json"
    switch credentials {
    case .password(let username, let password):
      request.headers["Authorization"] = "Basic " + Base64.encode("\(username):\(password.revealed)")
    case .token(let token): request.headers["Authorization"] = "token \(token.revealed)"
    case nil: break
    }
    if let body {
      request.headers["Content-Type"] = "application/json"
      request.body = .bytes(JSON.serialize(body))
    }
    let response: Response
    let bytes: [UInt8]
    do {
      response = try await client.send(request, deadline: .after(timeout))
      bytes = try await response.collect(limit: 16 << 20)
    } catch {
      throw GiteaError(operation, message: error.description, underlying: error)
    }
    guard response.isSuccess || accepting.contains(response.status) else {
      throw Self.error(operation, response.status, bytes)
    }
    if bytes.isEmpty { return (response.status, .null) }
    do {
      return (response.status, try JSON.parse(bytes))
    } catch {
      throw GiteaError(operation, status: response.status, message: "the answer is no JSON: \(error)")
    }
  }

  /// Gitea says `{"message": …}`, and some middleware and proxies before it plain text or a page.
  private static func error(_ operation: String, _ status: Int, _ bytes: [UInt8]) -> GiteaError {
    let value = (try? JSON.parse(bytes)) ?? .null
    if let message = value["message"].stringValue, !message.isEmpty {
      return GiteaError(operation, status: status, message: message)
    }
    if let errors = value["errors"].arrayValue?.compactMap(\.stringValue), !errors.isEmpty {
      return GiteaError(operation, status: status, message: errors.joined(separator: "; "))
    }
    let text = String(decoding: bytes.prefix(200), as: UTF8.self)
    let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let isText = !line.isEmpty && !line.hasPrefix("<") && !line.hasPrefix("{")
    return GiteaError(operation, status: status, message: isText ? line : "it gives no reason")
  }
}

/// A path with every part percent-encoded.
func apiPath(_ parts: String...) -> String { parts.map { "/" + PercentEncoding.segment($0) }.joined() }
