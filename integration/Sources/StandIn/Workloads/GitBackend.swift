import Documents
public import NodeServer

/// Git's own smart HTTP for repositories on disk, by the program that comes with Git.
///
/// Source: git-http-backend(1).
public struct GitBackend: Sendable {
  /// A bare repository, or a folder with such.
  private let folder: String

  /// - Parameter folder: A bare repository, or a folder with such.
  public init(folder: String) { self.folder = folder }

  /// Answers a request.
  /// - Parameters:
  ///   - request: the request.
  ///   - path: what stands in it after the folder.
  ///   - user: who asks; pushes need somebody.
  ///   - connection: where the answer goes.
  public func respond(to request: ServerRequest, path: String, user: String?, on connection: Connection) {
    var environment = [
      "PATH": "/usr/bin:/bin", "HOME": "/root", "GIT_EXEC_PATH": "/usr/lib/git-core", "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_PROJECT_ROOT": folder, "GIT_HTTP_EXPORT_ALL": "1", "REQUEST_METHOD": request.method,
      "PATH_INFO": "/" + path, "QUERY_STRING": request.rawQuery,
      "CONTENT_TYPE": request.headers["content-type"] ?? "", "CONTENT_LENGTH": "\(request.body.count)",
      "REMOTE_ADDR": "127.0.0.1",
    ]
    if let user { environment["REMOTE_USER"] = user }
    if let encoding = request.headers["content-encoding"] { environment["HTTP_CONTENT_ENCODING"] = encoding }
    if let version = request.headers["git-protocol"] { environment["GIT_PROTOCOL"] = version }
    let result = Subprocess.run("/usr/lib/git-core/git-http-backend", [], environment: environment, input: request.body)
    guard let end = result.output.firstRange(of: [13, 10, 13, 10]) else {
      return connection.respond(status: 500, body: Array(result.errors.utf8))
    }
    var status = 200
    var headers: [(String, String)] = []
    for line in String(decoding: result.output[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n") {
      let sides = line.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
      guard sides.count == 2 else { continue }
      if sides[0] == "Status" {
        status = Int(sides[1].prefix(3)) ?? 200
      } else {
        headers.append((String(sides[0]), String(sides[1])))
      }
    }
    connection.respond(status: status, headers: headers, body: Array(result.output[end.upperBound...]))
  }
}
