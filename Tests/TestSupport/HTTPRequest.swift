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
  /// Reads a whole request with a length (no transfer coding), nil when the connection ends before.
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
    let length = Int(headers["content-length"] ?? "0") ?? 0
    let body = read(length)
    guard body.count == length else { return nil }
    return HTTPRequest(
      method: String(words[0]), path: String(target[0]), query: target.count > 1 ? String(target[1]) : "",
      headers: headers, body: body)
  }
}
