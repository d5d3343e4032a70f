/// One request as the server received it.
public struct ServerRequest: Sendable {
  /// GET, POST, …
  public var method: String
  /// The path's segments, percent-decoded; no empty ones.
  public var segments: [String]
  /// The path as sent, without the query.
  public var path: String
  /// The query as sent, without the question mark.
  public var rawQuery: String
  /// The query in order, decoded.
  public var query: [(name: String, value: String)]
  /// Field names in lower case; repeated fields are joined with a comma.
  public var headers: [String: String]
  /// The whole body.
  public var body: [UInt8]
  /// Who sent it.
  public var peer: Peer

  /// The first value of a query parameter.
  public func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// The same request for another target.
  public func forwarded(to target: String) -> ServerRequest {
    ServerRequest(method: method, target: target, headers: headers, body: body, peer: peer)
  }

  /// Takes a request target apart.
  public init(
    method: String, target: String, headers: [String: String] = [:], body: [UInt8] = [], peer: Peer = .local
  ) {
    self.method = method
    self.headers = headers
    self.body = body
    self.peer = peer
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts[0])
    segments = parts[0].split(separator: "/").map { percentDecoded($0) }
    rawQuery = parts.count > 1 ? String(parts[1]) : ""
    query =
      parts.count < 2
      ? []
      : parts[1].split(separator: "&").map { pair in
        let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (
          percentDecoded(sides[0], plusIsSpace: true),
          sides.count > 1 ? percentDecoded(sides[1], plusIsSpace: true) : ""
        )
      }
  }
}

/// RFC 3986 section 2.1; with `plusIsSpace` as HTML forms do.
func percentDecoded(_ text: Substring, plusIsSpace: Bool = false) -> String {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "%"), rest.count >= 2, let high = hexDigit(rest[rest.startIndex]),
      let low = hexDigit(rest[rest.startIndex + 1])
    {
      bytes.append(high << 4 | low)
      rest = rest.dropFirst(2)
    } else if byte == UInt8(ascii: "+"), plusIsSpace {
      bytes.append(UInt8(ascii: " "))
    } else {
      bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

func reasonPhrase(_ status: Int) -> String {
  switch status {
  case 200: "OK"
  case 201: "Created"
  case 202: "Accepted"
  case 204: "No Content"
  case 400: "Bad Request"
  case 401: "Unauthorized"
  case 403: "Forbidden"
  case 404: "Not Found"
  case 405: "Method Not Allowed"
  case 409: "Conflict"
  case 410: "Gone"
  case 415: "Unsupported Media Type"
  case 422: "Unprocessable Entity"
  case 500: "Internal Server Error"
  case 503: "Service Unavailable"
  default: "Status"
  }
}
