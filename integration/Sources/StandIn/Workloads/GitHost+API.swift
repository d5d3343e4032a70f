import Documents
import NodeServer

extension GitHost {
  func api(_ request: ServerRequest, _ user: String?, _ connection: Connection) {
    let path = Array(request.segments.dropFirst())
    let body = (try? JSON.parse(request.body)) ?? [:]
    func say(_ status: Int, _ value: Value) { answer(connection, status, value) }
    if path == ["healthz"] { return say(200, ["status": "pass", "checks": [:]]) }
    guard path.first == "v1" else { return say(404, ["message": "not found"]) }
    let rest = Array(path.dropFirst())
    if rest == ["version"] { return say(200, ["version": "1.24.3"]) }
    if rest.first == "repos", rest.count >= 3, request.method == "GET" { return repository(rest, request, say) }
    guard let user else { return answer(connection, 401, ["message": "token is required"], challenge: true) }
    switch (request.method, rest.first, rest.count) {
    case ("GET", "user", 1):
      say(
        200,
        [
          "id": 1, "login": .string(user), "username": .string(user), "email": .string("\(user)@example.org"),
          "is_admin": true,
        ])
    case ("POST", "user", 2) where rest[1] == "repos": create(body, owner: user, say)
    case ("DELETE", "repos", 3):
      let folder = Self.folder(rest[1], rest[2])
      _ = Subprocess.run("/usr/bin/rm", ["-rf", folder], environment: [:])
      connection.respond(status: 204, body: [])
    case (_, "users", _) where rest.count >= 3 && rest[2] == "tokens":
      token(request.method, rest, body, connection, say)
    case ("GET", "admin", 2) where rest[1] == "hooks": say(200, .array(hooks.withLock { $0 }))
    case ("POST", "admin", 2) where rest[1] == "hooks":
      var hook = body
      hook["id"] = Value(hooks.withLock { $0.count } + 1)
      let all = hooks.withLock { hooks in
        hooks.append(hook)
        return hooks
      }
      Files.write(Self.root + "/hooks.json", JSON.serialize(.array(all)))
      say(201, hook)
    case ("PATCH", "admin", 3) where rest[1] == "users": say(200, ["id": 1, "login": .string(rest[2])])
    default: say(404, ["message": "not found"])
    }
  }

  // MARK: Repositories

  private func repository(_ path: [String], _ request: ServerRequest, _ say: (Int, Value) -> Void) {
    let folder = Self.folder(path[1], path[2])
    guard Files.exists(folder) else { return say(404, ["message": "The target couldn't be found."]) }
    if path.count == 3 { return say(200, describe(path[1], path[2], folder)) }
    guard path.count == 6, path[3] == "git", path[4] == "trees" else { return say(404, ["message": "not found"]) }
    guard head(folder, "HEAD") != nil else { return say(409, ["message": "Git Repository is empty."]) }
    guard let commit = head(folder, path[5]) else { return say(400, ["message": "sha not found [\(path[5])]"]) }
    let (isRecursive, page) = (request.parameter("recursive") == "true", Int(request.parameter("page") ?? "") ?? 1)
    say(200, tree(of: commit, in: folder, isRecursive: isRecursive, page: page))
  }

  /// A page of the tree of a commit. As Gitea does, it says the commit's name where one expects the tree's.
  private func tree(of commit: String, in folder: String, isRecursive: Bool, page: Int) -> Value {
    let key = "\(commit) \(isRecursive)"
    let entries = trees.withLock { $0[key] } ?? entries(of: commit, in: folder, isRecursive: isRecursive)
    trees.withLock { trees in
      if trees.count > 1000 { trees = [:] }
      trees[key] = entries
    }
    let rest = entries.dropFirst(max(0, page - 1) * 1000)
    return [
      "sha": .string(commit), "tree": .array(Array(rest.prefix(1000))), "truncated": .bool(rest.count > 1000),
      "page": Value(page), "total_count": Value(entries.count),
    ]
  }

  private func entries(of commit: String, in folder: String, isRecursive: Bool) -> [Value] {
    let list = Subprocess.git(["-C", folder, "ls-tree", "-z"] + (isRecursive ? ["-r", "-t"] : []) + [commit])
    return String(decoding: list.output, as: UTF8.self).split(separator: "\0").map { line -> Value in
      let sides = line.split(separator: "\t", maxSplits: 1)
      let words = sides[0].split(separator: " ").map(String.init)
      return [
        "path": .string(String(sides[1])), "mode": .string(words[0]), "type": .string(words[1]),
        "sha": .string(words[2]),
      ]
    }
  }

  private func describe(_ owner: String, _ name: String, _ folder: String) -> Value {
    [
      "id": 1, "name": .string(name), "full_name": .string("\(owner)/\(name)"),
      "empty": Value(head(folder, "main") == nil),
      "private": false, "default_branch": "main", "owner": ["login": .string(owner)],
      "clone_url": .string("http://gitea/\(owner)/\(name).git"), "html_url": .string("http://gitea/\(owner)/\(name)"),
    ]
  }

  private func create(_ body: Value, owner: String, _ say: (Int, Value) -> Void) {
    let name = body["name"].stringValue ?? ""
    let folder = Self.folder(owner, name)
    guard !Files.exists(folder) else {
      return say(409, ["message": "The repository with the same name already exists."])
    }
    let branch = body["default_branch"].stringValue ?? "main"
    let made = Subprocess.git(["init", "--quiet", "--bare", "--initial-branch", branch, folder])
    guard made.status == 0 else { return say(500, ["message": .string(made.errors)]) }
    _ = Subprocess.git(["-C", folder, "config", "http.receivepack", "true"])
    say(201, describe(owner, name, folder))
  }

  // MARK: Tokens

  private func token(
    _ method: String, _ path: [String], _ body: Value, _ connection: Connection, _ say: (Int, Value) -> Void
  ) {
    switch (method, path.count) {
    case ("GET", 3):
      say(200, .array(tokens.withLock { $0.map { Self.describe($0, shows: false) } }))
    case ("POST", 3):
      let name = body["name"].stringValue ?? ""
      guard !tokens.withLock({ $0.contains { $0.name == name } }) else {
        return say(400, ["message": "access token name has been used already"])
      }
      let text = Authority.random(20).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      let token = tokens.withLock { tokens in
        let token = Token(identifier: (tokens.map(\.identifier).max() ?? 0) + 1, name: name, text: text)
        tokens.append(token)
        return token
      }
      keepTokens()
      say(201, Self.describe(token, shows: true))
    case ("DELETE", 4):
      let name = path[3]
      let found = tokens.withLock { tokens in
        let before = tokens.count
        tokens.removeAll { $0.name == name || "\($0.identifier)" == name }
        return tokens.count != before
      }
      keepTokens()
      connection.respond(status: found ? 204 : 404, body: [])
    default: say(405, ["message": "not allowed"])
    }
  }

  private func keepTokens() {
    let value = Value.array(
      tokens.withLock { $0.map { ["id": Value($0.identifier), "name": .string($0.name), "text": .string($0.text)] } })
    Files.write(Self.root + "/tokens.json", JSON.serialize(value))
  }

  private static func describe(_ token: Token, shows: Bool) -> Value {
    [
      "id": Value(token.identifier), "name": .string(token.name), "sha1": .string(shows ? token.text : ""),
      "token_last_eight": .string(String(token.text.suffix(8))), "scopes": ["all"],
    ]
  }
}
