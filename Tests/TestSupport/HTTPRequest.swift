/// A request as a scripted server got it.
public struct HTTPRequest: Sendable {
  /// The method: `GET`.
  public var method: String
  /// The path as it was sent, without the query.
  public var path: String
  /// What follows the `?`; empty without one.
  public var query: String
  /// The fields, their names in lower case.
  public var headers: [String: String]
  /// The content.
  public var body: [UInt8]

  /// Method and target: `GET /path?query`.
  public var line: String { "\(method) \(path)" + (query.isEmpty ? "" : "?\(query)") }
}

extension Connection {
  /// Reads a whole request with a length or in chunks, nil when the connection ends before.
  public func readRequest() -> HTTPRequest? {
    guard let lines = readHead()?.split(separator: "\r\n"), let first = lines.first else { return nil }
    let words = first.split(separator: " ")
    guard words.count == 3 else { return nil }
    let target = words[1].split(separator: "?", maxSplits: 1)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
    }
    if headers["expect"] != nil { send("HTTP/1.1 100 Continue\r\n\r\n") }
    let isChunked = headers["transfer-encoding"]?.lowercased() == "chunked"
    guard let body = isChunked ? readChunks() : readExactly(Int(headers["content-length"] ?? "0") ?? 0) else {
      return nil
    }
    return HTTPRequest(
      method: String(words[0]), path: String(target[0]), query: target.count > 1 ? String(target[1]) : "",
      headers: headers, body: body)
  }

  private func readExactly(_ length: Int) -> [UInt8]? {
    if length == 0 { return [] }
    let bytes = read(length)
    return bytes.count == length ? bytes : nil
  }

  /// Reads the chunked transfer coding (RFC 9112, section 7.1) without extensions and trailers.
  private func readChunks() -> [UInt8]? {
    var body: [UInt8] = []
    while true {
      var line: [UInt8] = []
      while line.last != 10 {
        guard let byte = readExactly(1) else { return nil }
        line += byte
      }
      guard let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16),
        let chunk = readExactly(size), readExactly(2) != nil
      else { return nil }
      if size == 0 { return body }
      body += chunk
    }
  }
}
