/// What tells one request of a program from the others: the same in every run, whatever names and ids it has.
public struct RequestKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// `engine` or `api`.
  public var server: String
  /// GET, POST, …
  public var method: String
  /// The path without version and query; ids, the names of objects and the cluster's name are replaced.
  public var path: String
  /// The path with the names of objects.
  public var exactPath: String
  /// How many of the kind came before it in the run, and it.
  public var ordinal = 1

  /// Recognizes a request.
  /// - Parameters:
  ///   - server: who is asked.
  ///   - method: the method.
  ///   - target: path and query as sent.
  ///   - cluster: a name that is replaced by `CLUSTER`.
  public init(server: String, method: String, target: String, cluster: String) {
    self.server = server
    self.method = method
    let parts = target.split(separator: "?", maxSplits: 1)
    let query = parts.count > 1 ? parts[1] : ""
    var segments = (parts.first ?? "").split(separator: "/").map { Self.stable($0, cluster) }
    if server == "engine", segments.first?.hasPrefix("v1.") == true { segments.removeFirst() }
    exactPath = "/" + segments.joined(separator: "/")
    if server == "api" { segments = Self.withoutNames(segments) }
    path = "/" + segments.joined(separator: "/")
    if query.contains("watch=true") {
      path += " (watch)"
      exactPath += " (watch)"
    }
  }

  /// `/api/v1/namespaces/N/secrets/S` becomes `/api/v1/namespaces/*/secrets/*`.
  private static func withoutNames(_ segments: [String]) -> [String] {
    var result = segments
    var index = segments.first == "api" ? 2 : segments.first == "apis" ? 3 : segments.count
    // A collection, a name, perhaps another collection in it, perhaps another name; then a subresource.
    while index + 1 < segments.count {
      result[index + 1] = "*"
      guard segments[index] == "namespaces", index + 2 < segments.count else { break }
      index += 2
    }
    return result
  }

  private static func stable(_ segment: Substring, _ cluster: String) -> String {
    let text = segment.split(separator: cluster, omittingEmptySubsequences: false).joined(separator: "CLUSTER")
    return text.utf8.count >= 12 && text.allSatisfy(\.isHexDigit) ? "ID" : text
  }

  /// The same request whatever its ordinal.
  public var pattern: String { "\(server) \(method) \(path)" }

  /// For the record: `engine GET /containers/json #2`.
  public var description: String { "\(pattern) #\(ordinal)" }

  /// Alphabetical, then by ordinal.
  public static func < (left: RequestKey, right: RequestKey) -> Bool {
    (left.pattern, left.ordinal) < (right.pattern, right.ordinal)
  }
}
