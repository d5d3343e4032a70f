import ClusterAPI
import Documents
import NodeServer
import Synchronization

/// The Git host: the endpoints of Gitea that platforms use, over real repositories and Git's own smart HTTP.
///
/// Sources: docs.gitea.com/api, gitprotocol-http(5), git-http-backend(1).
final class GitHost: Workload {
  struct Token: Sendable {
    var identifier: Int
    var name: String
    var text: String
  }

  static let root = "/var/lib/stand-in/git"
  let context: WorkloadContext
  let tokens = Mutex<[Token]>([])
  let hooks = Mutex<[Value]>([])
  /// Trees that were asked for, by the commit and by how. Commits never change.
  let trees = Mutex<[String: [Value]]>([:])

  init(_ context: WorkloadContext) { self.context = context }

  func start() {
    Files.makeDirectory(Self.root)
    let kept = Files.text(Self.root + "/tokens.json").flatMap { try? JSON.parse($0) }?.elements ?? []
    tokens.withLock { tokens in
      tokens = kept.map {
        Token(
          identifier: $0["id"].intValue ?? 0, name: $0["name"].stringValue ?? "", text: $0["text"].stringValue ?? "")
      }
    }
    hooks.withLock { $0 = Files.text(Self.root + "/hooks.json").flatMap { try? JSON.parse($0) }?.elements ?? [] }
  }

  func handle(_ request: ServerRequest, _ connection: Connection) {
    let user = authenticate(request)
    if user == .some(nil) {
      return answer(connection, 401, ["message": "invalid username, password or token"], challenge: true)
    }
    let name = user ?? nil
    switch request.segments.first {
    case "api": api(request, name, connection)
    case "v2": answer(connection, name == nil ? 401 : 200, [:], challenge: name == nil)
    case nil: page(connection)
    default:
      guard request.segments.count >= 3 else { return page(connection) }
      smart(request, name, connection)
    }
  }

  private func page(_ connection: Connection) {
    connection.respond(
      status: 200, headers: [("Content-Type", "text/html; charset=utf-8")],
      body: Array("<!DOCTYPE html><title>Gitea: stand-in</title><p>The stand-in Git host.</p>\n".utf8))
  }

  func answer(_ connection: Connection, _ status: Int, _ value: Value, challenge: Bool = false) {
    var headers = [("Content-Type", "application/json;charset=utf-8")]
    if challenge { headers.append(("WWW-Authenticate", "Basic realm=\"Gitea\"")) }
    connection.respond(status: status, headers: headers, body: JSON.serialize(value))
  }

  // MARK: Who asks

  var administrator: String { context.secret(context.namespace, "gitea-credential", "username") ?? "giteaAdmin" }

  /// The user's name; nil for nobody; `.some(nil)` for wrong credentials.
  private func authenticate(_ request: ServerRequest) -> String?? {
    guard let header = request.headers["authorization"] else { return nil as String?? }
    let parts = header.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return .some(nil) }
    if parts[0].lowercased() == "basic" {
      let pair = (Base64.decodeText(parts[1]) ?? "").split(
        separator: ":", maxSplits: 1, omittingEmptySubsequences: false
      ).map(String.init)
      guard pair.count == 2 else { return .some(nil) }
      let password = context.secret(context.namespace, "gitea-credential", "password")
      if pair[0].lowercased() == administrator.lowercased(), pair[1] == password || isToken(pair[1]) {
        return administrator
      }
      return isToken(pair[0]) || isToken(pair[1]) ? .some(administrator) : .some(nil)
    }
    return isToken(parts[1]) ? .some(administrator) : .some(nil)
  }

  private func isToken(_ text: String) -> Bool { tokens.withLock { $0.contains { $0.text == text && !text.isEmpty } } }

  // MARK: Smart HTTP

  /// The folder of a repository; names are not told apart by case.
  static func folder(_ owner: String, _ name: String) -> String {
    let plain = name.hasSuffix(".git") ? String(name.dropLast(4)) : name
    return "\(root)/\(owner.lowercased())/\(plain.lowercased()).git"
  }

  private func smart(_ request: ServerRequest, _ user: String?, _ connection: Connection) {
    let (owner, name) = (request.segments[0], request.segments[1])
    let folder = Self.folder(owner, name)
    guard Files.exists(folder) else {
      return answer(connection, user == nil ? 401 : 404, ["message": "not found"], challenge: user == nil)
    }
    let service = request.parameter("service") ?? request.segments.last ?? ""
    let writes = service == "git-receive-pack"
    guard user != nil || !writes else {
      return answer(connection, 401, ["message": "authentication required"], challenge: true)
    }
    let before = head(folder)
    GitBackend(folder: folder).respond(
      to: request, path: request.segments.dropFirst(2).joined(separator: "/"), user: user, on: connection)
    if writes, head(folder) != before { pushed("\(owner)/\(name)") }
  }

  /// The commit at the head of a branch; of the default branch without a name.
  func head(_ folder: String, _ branch: String = "HEAD") -> String? {
    // As long as Git has not packed it, the reference is a small file.
    if let file = Self.referenceFile(folder, branch), let line = Files.text(file)?.split(separator: "\n").first,
      line.count == 40
    {
      return String(line)
    }
    let result = Subprocess.git(["-C", folder, "rev-parse", "--verify", "--quiet", branch + "^{commit}"])
    guard result.status == 0 else { return nil }
    return String(decoding: result.output, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }

  /// Where a branch is kept, see gitrepository-layout(5).
  private static func referenceFile(_ folder: String, _ branch: String) -> String? {
    guard branch == "HEAD" else { return "\(folder)/refs/heads/\(branch)" }
    let words = Files.text(folder + "/HEAD")?.split(whereSeparator: \.isWhitespace)
    return words.flatMap { $0.count == 2 && $0[0] == "ref:" ? "\(folder)/\($0[1])" : nil }
  }

  /// Whoever asked for it is told of a push.
  private func pushed(_ repository: String) {
    let wanted = hooks.withLock { $0.contains { $0["config"]["url"].stringValue?.hasSuffix("/api/webhook") == true } }
    if wanted { context.bus.announcePush(to: repository) }
    // The loop sleeps until the cluster changes; a push is news of its own.
    context.cluster.wake()
  }
}
