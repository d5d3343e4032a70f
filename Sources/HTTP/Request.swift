/// What is asked of a server.
public struct Request: Sendable {
  /// A method name (RFC 9110, section 9).
  public struct Method: Sendable, Hashable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The name as it is sent.
    public let rawValue: String
    /// Names a method.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Names a method.
    public init(stringLiteral value: String) { rawValue = value }
    /// The name as it is sent.
    public var description: String { rawValue }

    /// `GET`
    public static let get: Method = "GET"
    /// `HEAD`
    public static let head: Method = "HEAD"
    /// `POST`
    public static let post: Method = "POST"
    /// `PUT`
    public static let put: Method = "PUT"
    /// `PATCH`
    public static let patch: Method = "PATCH"
    /// `DELETE`
    public static let delete: Method = "DELETE"
  }

  /// The content that goes with a request.
  public enum Body: Sendable {
    /// No content.
    case none
    /// Content that is at hand.
    case bytes([UInt8])
    /// Content that is produced while it is sent, with back-pressure.
    ///
    /// The sequence is read once, in a task of its own, and cancelled when the exchange ends. `length` in bytes is
    /// announced if given (and must be right), otherwise the transfer coding is chunked.
    case streamed(ByteStream, length: Int64?)

    /// Content from any sequence of chunks; see ``streamed(_:length:)``.
    public static func stream<Source: AsyncSequence & Sendable>(_ source: Source, length: Int64? = nil) -> Body
    where Source.Element == [UInt8] {
      .streamed(ByteStream(source), length: length)
    }
  }

  /// What to do with a response that redirects.
  public enum Redirects: Sendable, Hashable {
    /// Hand the redirecting response to the caller.
    case deliver
    /// Follow up to so many, on http and https only. Methods and bodies are treated as browsers do.
    case follow(limit: Int)
  }

  /// The method, `GET` unless told otherwise.
  public var method: Method
  /// An absolute `http` or `https` URL, percent-encoded. For a client on a unix socket the host part only becomes the
  /// `Host` field: `http://localhost/v1.41/info`.
  public var url: String
  /// Fields to send beside those that are needed anyway.
  public var headers: Headers
  /// The content.
  public var body: Body
  /// What to do with redirects: they are delivered unless told otherwise.
  public var redirects: Redirects = .deliver
  /// How long the other side may send nothing, once it began to respond. Time in which the caller does not read does
  /// not count. Nil (the default) for no limit of its own.
  public var idleTimeout: Duration?
  /// How long the content may take, once the other side began to respond. Nil (the default) for no limit of its own.
  public var bodyTimeout: Duration?

  /// A request; see the properties.
  public init(_ method: Method = .get, _ url: String, headers: Headers = [:], body: Body = .none) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}
