import Diagnostics
import FoundationEssentials
import HTTP

/// The two requests of Git's smart protocol over HTTP, with our own HTTP client.
///
/// Source: Git's documentation, `gitprotocol-http`, "Smart Clients".
///
/// `@unchecked Sendable`: used by one operation, whose services are carried out one after the other.
final class SmartHTTP: @unchecked Sendable {
  /// `git-upload-pack` or `git-receive-pack`.
  enum Service: String, Sendable {
    case uploadPack = "git-upload-pack"
    case receivePack = "git-receive-pack"
  }

  private let client: Client
  private let deadline: Deadline
  private let authorization: String?
  /// The repository's URL without credentials and trailing slash; replaced when the server redirects.
  private var base: String
  private var sendsAuthorization = true

  init(url: GitURL, client: Client, deadline: Deadline) {
    self.client = client
    self.deadline = deadline
    base = url.text
    authorization = url.credentials?.header
  }

  /// Asks for the references. The answer is read completely: it is small.
  func advertisement(_ service: Service) async throws -> [UInt8] {
    let query = "/info/refs?service=\(service.rawValue)"
    for _ in 0..<6 {
      let response = try await send(Request(.get, base + query), accept: nil)
      if (301...308).contains(response.status), let location = response.headers["Location"] {
        try redirect(to: location, query: query)
        continue
      }
      try await check(response)
      // A server that only offers files, or a login page, answers with another type.
      let expected = "application/x-\(service.rawValue)-advertisement"
      guard response.headers["Content-Type"]?.hasPrefix(expected) == true else {
        throw GitError(
          .protocolViolation, "read \(base)",
          "the server's answer is \(response.headers["Content-Type"] ?? "untyped"), not \(expected)")
      }
      return try await response.collect(limit: 256 << 20)
    }
    throw GitError(.protocolViolation, "read \(base)", "the server redirects without end")
  }

  /// Sends a request of the service and returns the answer as it comes.
  func call(_ service: Service, body: Request.Body) async throws -> ResponseBody {
    var request = Request(.post, "\(base)/\(service.rawValue)", body: body)
    request.headers["Content-Type"] = "application/x-\(service.rawValue)-request"
    let response = try await send(request, accept: "application/x-\(service.rawValue)-result")
    try await check(response)
    return response.body
  }

  private func send(_ request: Request, accept: String?) async throws -> Response {
    var request = request
    // Some servers serve Git only to clients that call themselves so; libgit2 does it as well.
    request.headers["User-Agent"] = "git/2.0 (idpbuilder)"
    if let accept { request.headers["Accept"] = accept }
    if sendsAuthorization, let authorization { request.headers["Authorization"] = authorization }
    do {
      return try await client.send(request, deadline: deadline)
    } catch {
      throw GitError(.network, "reach \(base)", error.message, underlying: error)
    }
  }

  /// Follows a redirection of the whole repository, as git does; another server does not get the credentials.
  private func redirect(to location: String, query: String) throws(GitError) {
    let target = location.hasPrefix("/") ? GitURL.origin(of: base) + location : location
    guard target.hasSuffix(query), let url = GitURL(httpText: String(target.dropLast(query.count))) else {
      throw GitError(.protocolViolation, "read \(base)", "the server redirects to \(GitURL.withoutCredentials(target))")
    }
    guard !(base.hasPrefix("https:") && url.text.hasPrefix("http:")) else {
      throw GitError(.protocolViolation, "read \(base)", "the server redirects to \(url.text), which is not encrypted")
    }
    if GitURL.origin(of: url.text) != GitURL.origin(of: base) { sendsAuthorization = false }
    base = url.text
  }

  private func check(_ response: Response) async throws {
    if response.isSuccess { return }
    let text = String(decoding: (try? await response.collect(limit: 4096)) ?? [], as: UTF8.self)
    let isPlain = response.headers["Content-Type"]?.hasPrefix("text/plain") == true
    let words = text.split(whereSeparator: \.isNewline).first.map { ": \($0)" } ?? ""
    let code: GitError.Code =
      switch response.status {
      case 401, 403: .authentication
      case 404, 410: .repositoryNotFound
      case 500...599: .network
      default: .protocolViolation
      }
    throw GitError(code, "reach \(base)", "the server answers \(response.status)" + (isPlain ? words : ""))
  }
}
