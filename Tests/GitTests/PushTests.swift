import Diagnostics
import FoundationEssentials
import HTTP
import TestSupport
import Testing

@testable import Git

let author = GitSignature(name: "idpbuilder", email: "idpbuilder@example.org", time: 1_800_000_000)

@Suite("Push", .enabled(if: Program.arePresent))
struct PushTests {
  static let files: [GitFile] = [
    GitFile("README.md", text: "hello\n"), GitFile("bin/run", text: "#!/bin/sh\n", mode: .executable),
    .symbolicLink("bin/link", target: "run"), GitFile(".hidden/deep/er/file", text: ""),
    GitFile("Grüße.bin", content: .bytes([0, 255, 13, 10, 0])),
  ]

  private func withServer(
    interception: @escaping GitServer.Interception = { _ in nil },
    _ body: (GitServer, _ root: String) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { root in
      try Program.git("init", "--bare", "-q", "repo.git", in: root)
      try Program.git("-C", "repo.git", "config", "http.receivepack", "true", in: root)
      try await body(GitServer(root: root, interception: interception), root)
    }
  }

  @Test("files arrive in an empty repository with their modes and bytes, and git finds nothing to complain about")
  func first() async throws {
    try await withServer { server, root in
      let remote = GitRemote("\(server.url)/repo.git", client: Client())
      let outcome = try await remote.push(Self.files, author: author, message: "First")
      guard case .pushed(let commit) = outcome else {
        Issue.record("nothing was pushed")
        return
      }
      let repository = root + "/repo.git"
      #expect(try Program.git("rev-parse", "main", in: repository) == commit.hex)
      try Program.git("fsck", "--full", "--strict", in: repository)
      let list = try Program.git(
        "-c", "core.quotePath=false", "ls-tree", "-r", "--format=%(objectmode) %(path)", "main", in: repository)
      #expect(
        list == "100644 .hidden/deep/er/file\n100644 Grüße.bin\n100644 README.md\n120000 bin/link\n100755 bin/run")
      #expect(
        try Program.git("log", "--format=%an %ae %at %s", "main", in: repository)
          == "idpbuilder idpbuilder@example.org 1800000000 First")
      #expect(try Program.git("cat-file", "-s", "main:Grüße.bin", in: repository) == "5")
    }
  }

  @Test("the same files again push nothing; a change is one commit on top, also on what somebody else pushed")
  func again() async throws {
    try await withServer { server, root in
      let remote = GitRemote("\(server.url)/repo.git", client: Client())
      let first = try await remote.push(Self.files, author: author, message: "First").commit
      let same = try await remote.push(Self.files.reversed(), author: author, message: "Second")
      #expect(same == .unchanged(first))
      try Program.git("clone", "-q", "repo.git", "work", in: root)
      try Program.git("commit", "-q", "--allow-empty", "-m", "Theirs", in: root + "/work")
      try Program.git("push", "-q", in: root + "/work")
      let changed = try await remote.push(Self.files + [GitFile("new", text: "x")], author: author, message: "Third")
      #expect(changed != .unchanged(first))
      #expect(try Program.git("log", "--format=%s", "main", in: root + "/repo.git") == "Third\nTheirs\nFirst")
      #expect(server.requests.filter { $0.method == "POST" && $0.path.hasSuffix("receive-pack") }.count == 2)
    }
  }

  @Test("what others add to our last commit stays while our files are the same, and is known by that commit alone")
  func since() async throws {
    try await withServer { server, root in
      let remote = GitRemote("\(server.url)/repo.git", client: Client())
      let first = try await remote.push(Self.files, author: author, message: "First").commit
      try Program.git("clone", "-q", "repo.git", "work", in: root)
      try Data("theirs".utf8).write(to: URL(filePath: "\(root)/work/theirs"))
      try Program.git("add", "theirs", in: root + "/work")
      try Program.git("commit", "-q", "-m", "Theirs", in: root + "/work")
      try Program.git("push", "-q", in: root + "/work")
      let kept = try await remote.push(Self.files, since: first.hex, author: author, message: "Second")
      let theirs = try Program.git("rev-parse", "main", in: root + "/repo.git")
      #expect(kept.commit.hex == theirs)
      let foreign = String(repeating: "1", count: 40)
      let replaced = try await remote.push(Self.files, since: foreign, author: author, message: "Third")
      #expect(replaced != kept)
      #expect(try Program.git("log", "--format=%s", "main", in: root + "/repo.git") == "Third\nTheirs\nFirst")
    }
  }

  @Test("the entries of a tree are those that git makes")
  func treeEntries() async throws {
    try await withTemporaryDirectory { root in
      try Program.git("init", "-q", ".", in: root)
      try FileManager.default.createDirectory(atPath: root + "/dir", withIntermediateDirectories: false)
      for path in ["a", "dir/b", "dir.c"] { try Data(path.utf8).write(to: URL(filePath: "\(root)/\(path)")) }
      try Program.git("add", ".", in: root)
      let expected = try Program.git("ls-tree", Program.git("write-tree", in: root), in: root)
      let files = ["a", "dir/b", "dir.c"].map { GitFile($0, content: .file("\(root)/\($0)")) }
      let entries = try await GitTree.entries(of: files).map { entry in
        let mode = String(entry.mode, radix: 8)
        return "\(mode.count < 6 ? "0" : "")\(mode) \(mode == "40000" ? "tree" : "blob") \(entry.id)\t\(entry.name)"
      }
      #expect(entries.joined(separator: "\n") == expected)
    }
  }

  @Test("a thousand files go in one push")
  func many() async throws {
    try await withServer { server, root in
      let files = (0..<1000).map { GitFile("dir\($0 % 10)/file\($0)", text: "content \($0)\n") }
      _ = try await GitRemote("\(server.url)/repo.git", client: Client()).push(files, author: author, message: "Many")
      #expect(
        try Program.git("ls-tree", "-r", "--name-only", "main", in: root + "/repo.git").split(separator: "\n").count
          == 1000)
      #expect(server.requests.count == 2)
    }
  }

  @Test("a large file goes in pieces, and is known the next time")
  func large() async throws {
    try await withServer { server, root in
      let path = root + "/large"
      var generator = SystemRandomNumberGenerator()
      let content = (0..<400_000).flatMap { _ in withUnsafeBytes(of: generator.next() as UInt64) { Array($0) } }
      try Data(content).write(to: URL(filePath: path))
      let files = [GitFile("large.bin", content: .file(path)), GitFile("small", text: "x")]
      let remote = GitRemote("\(server.url)/repo.git", client: Client())
      let commit = try await remote.push(files, author: author, message: "Large").commit
      #expect(server.requests.last?.headers["transfer-encoding"] == "chunked")
      let repository = root + "/repo.git"
      try Program.git("fsck", "--full", "--strict", in: repository)
      #expect(
        try Program.git("rev-parse", "main:large.bin", in: repository) == Program.git("hash-object", path, in: root))
      #expect(try await remote.push(files, author: author, message: "Again") == .unchanged(commit))
    }
  }

  @Test("a commit is added without a fetch, and with the new objects only")
  func append() async throws {
    try await withServer { server, root in
      let repository = root + "/repo.git"
      let remote = GitRemote("\(server.url)/repo.git", client: Client())
      let large = GitFile("dir/large", content: .bytes((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }))
      let first = try await remote.append(Self.files + [large], without: [], author: author, message: "First")
      #expect(try Program.git("rev-parse", "main", in: repository) == first.hex)
      let known = Set(
        try Program.git("ls-tree", "-r", "-t", "--object-only", "main", in: repository).split(separator: "\n")
          .map(String.init))
      let second = try await remote.append(
        Self.files + [large, GitFile("dir/new", text: "x")], without: known, author: author, message: "Second")
      try Program.git("fsck", "--full", "--strict", in: repository)
      #expect(
        try Program.git("log", "--format=%H %s %aI", "main", in: repository)
          == "\(second) Second 2027-01-15T08:00:00+00:00\n\(first) First 2027-01-15T08:00:00+00:00")
      #expect(try Program.git("diff", "--name-status", "main~", "main", in: repository) == "A\tdir/new")
      #expect(server.requests.count == 4)
      #expect((server.requests.last?.body.count ?? 0) < 2000)
      // The same as a push by way of libgit2 alone.
      #expect(
        try await remote.push(Self.files + [large, GitFile("dir/new", text: "x")], author: author, message: "Third")
          == .unchanged(second))
    }
  }

  @Test("a refusal of an added commit comes out with what the server said")
  func appendRefused() async throws {
    try await withServer { server, root in
      let folder = root + "/repo.git/hooks"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try #require(
        FileManager.default.createFile(
          atPath: folder + "/update", contents: Data("#!/bin/sh\necho 'branch is protected' >&2\nexit 1\n".utf8),
          attributes: [.posixPermissions: 0o755]))
      let error = await #expect(throws: GitError.self) {
        try await GitRemote("\(server.url)/repo.git", client: Client())
          .append(Self.files, without: [], author: author, message: "No")
      }
      #expect(error?.code == .rejected)
      #expect(error?.message.contains("branch is protected") == true)
    }
  }

  @Test("a report that is cut anywhere is no success")
  func cutReport() {
    func band(_ text: String) -> [UInt8] {
      let line = PacketLines.packet(text)
      return PacketLines.packet("\u{1}" + String(decoding: line, as: UTF8.self))
    }
    let report = band("unpack ok\n") + band("ok refs/heads/main\n") + PacketLines.flush
    for end in 0...report.count {
      var read = PushReport()
      for byte in report[..<end] { read.take([byte]) }
      #expect(read.isAccepted == (end >= report.count - 4), "\(end)")
    }
  }

  @Test("a server that ends the exchange in the middle of a pack is an error, not a hang")
  func broken() async throws {
    try await withTemporaryDirectory { root in
      let path = root + "/large"
      try Data((0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }).write(
        to: URL(filePath: path))
      try Program.git("init", "--bare", "-q", "repo.git", in: root)
      try Program.git("-C", "repo.git", "config", "http.receivepack", "true", in: root)
      let git = try GitServer(root: root)
      let advertisement = try await Client().send(
        Request(.get, "\(git.url)/repo.git/info/refs?service=git-receive-pack"), deadline: .never
      ).collect(limit: 1 << 20)
      let server = try ScriptedServer { connection, _ in
        guard let head = connection.readHead() else { return }
        if head.hasPrefix("GET") {
          _ = connection.send(
            Array(
              """
              HTTP/1.1 200 OK\r\nContent-Type: application/x-git-receive-pack-advertisement\r\n\
              Content-Length: \(advertisement.count)\r\n\r\n
              """.utf8) + advertisement)
        } else {
          _ = connection.send("HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
      }
      let error = await #expect(throws: GitError.self) {
        try await GitRemote("\(server.url)/repo.git", client: Client())
          .push([GitFile("large", content: .file(path))], author: author, message: "Never")
      }
      #expect(error?.code == .network)
    }
  }

  @Test("a hook's refusal comes out with what it said")
  func refused() async throws {
    try await withServer { server, root in
      let hook = root + "/repo.git/hooks/update"
      try FileManager.default.createDirectory(atPath: root + "/repo.git/hooks", withIntermediateDirectories: true)
      try #require(
        FileManager.default.createFile(
          atPath: hook, contents: Data("#!/bin/sh\necho 'branch is protected' >&2\nexit 1\n".utf8),
          attributes: [.posixPermissions: 0o755]))
      let error = await #expect(throws: GitError.self) {
        try await GitRemote("\(server.url)/repo.git", client: Client()).push(Self.files, author: author, message: "No")
      }
      #expect(error?.code == .rejected)
      #expect(error?.message.contains("branch is protected") == true)
    }
  }

  @Test("credentials are shown to the server, and never in an error")
  func credentials() async throws {
    let expected = "Basic Z2l0ZWFBZG1pbjpwQHNz"  // giteaAdmin:p@ss
    try await withServer(interception: { request in
      request.headers["authorization"] == expected
        ? nil : "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    }) { server, _ in
      let given = GitCredentials(username: "giteaAdmin", password: Secret("p@ss"))
      _ = try await GitRemote("\(server.url)/repo.git", credentials: given, client: Client())
        .push(Self.files, author: author, message: "With")
      let address = "http://giteaAdmin:p%40ss@127.0.0.1:\(server.port)/repo.git/"
      #expect(try await GitRemote(address, client: Client()).references().contains { $0.name == "refs/heads/main" })
      let wrong = "http://giteaAdmin:wr0ng@127.0.0.1:\(server.port)/repo.git"
      let error = await #expect(throws: GitError.self) { try await GitRemote(wrong, client: Client()).references() }
      #expect(error?.code == .authentication)
      #expect(error?.description.contains("wr0ng") == false)
    }
  }

  @Test(
    "paths that Git cannot hold are refused before anything is sent",
    arguments: [
      ["../x"], ["../\u{301}x"], ["/x"], ["a//b"], [".git/config"], ["a/.GIT/x"], ["a", "a"], ["a", "a/b"], [""],
      ["a/."],
    ])
  func badPaths(_ paths: [String]) async throws {
    let remote = GitRemote("http://127.0.0.1:1/repo.git", client: Client())
    let error = await #expect(throws: GitError.self) {
      try await remote.push(paths.map { GitFile($0, text: "") }, author: author, message: "x")
    }
    #expect(error?.code == .badPath)
  }
}
