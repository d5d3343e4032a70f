import CServerTLS
import Glibc

/// The one request that a joining node makes to another; the server is not verified, as the stand-in's nodes share a network
/// of their own and a token.
public enum TLSClient {
  /// Sends a request.
  /// - Parameters:
  ///   - endpoint: `host:port`.
  ///   - path: the request's target.
  ///   - token: the bearer token.
  ///   - body: JSON.
  /// - Returns: the response's status.
  /// - Throws: ``CryptoError`` if the other node cannot be reached.
  public static func post(endpoint: String, path: String, token: String, body: [UInt8]) throws -> Int {
    let parts = endpoint.split(separator: ":").map(String.init)
    guard parts.count == 2 else { throw CryptoError("endpoint \(endpoint)") }
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_family = AF_INET
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(parts[0], parts[1], &hints, &found) == 0, let found else {
      throw CryptoError("look up \(parts[0])")
    }
    defer { freeaddrinfo(found) }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    guard connect(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0 else {
      throw CryptoError("connect \(endpoint)")
    }
    guard let context = SSL_CTX_new(TLS_client_method()) else { throw CryptoError("SSL_CTX_new") }
    defer { SSL_CTX_free(context) }
    guard let connection = SSL_new(context) else { throw CryptoError("SSL_new") }
    defer { SSL_free(connection) }
    SSL_set_fd(connection, descriptor)
    guard SSL_connect(connection) == 1 else { throw CryptoError("SSL_connect") }
    let head =
      "POST \(path) HTTP/1.1\r\nHost: \(endpoint)\r\nAuthorization: Bearer \(token)\r\nConnection: close\r\n"
      + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
    let message = Array(head.utf8) + body
    guard SSL_write(connection, message, Int32(message.count)) > 0 else { throw CryptoError("SSL_write") }
    var answer = [UInt8](repeating: 0, count: 4_096)
    let count = Int(SSL_read(connection, &answer, Int32(answer.count)))
    let line = String(decoding: answer.prefix(max(0, count)), as: UTF8.self).split(separator: " ", maxSplits: 2)
    return line.count > 1 ? Int(line[1]) ?? 0 : 0
  }
}
