import FoundationEssentials
import HTTP
import TestSupport
import Testing

@testable import Git

@Suite("Clone", .enabled(if: Program.arePresent))
struct CloneTests {
  /// A repository with two commits, a branch, an annotated tag and a light one.
  private func withRepository(
    interception: @escaping GitServer.Interception = { _ in nil },
    _ body: (GitServer, _ root: String) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { root in
      try Program.git("init", "-q", "work", in: root)
      let work = root + "/work"
      for (step, name) in ["one", "two"].enumerated() {
        try Data("\(name)\n".utf8).write(to: URL(filePath: "\(work)/file"))
        let script = "\(work)/\(name).sh"
        let made = FileManager.default.createFile(
          atPath: script, contents: Data("#!/bin/sh\n".utf8), attributes: [.posixPermissions: 0o755])
        try #require(made)
        try Program.git("add", ".", in: work)
        try Program.git("commit", "-q", "-m", name, in: work)
        if step == 0 { try Program.git("tag", "-a", "-m", "annotated", "v1", in: work) }
      }
      try Program.git("tag", "light", in: work)
      try Program.git("checkout", "-q", "-b", "feature", "HEAD~1", in: work)
      try Data("feature\n".utf8).write(to: URL(filePath: "\(work)/file"))
      try Program.git("commit", "-q", "-am", "feature", in: work)
      try Program.git("checkout", "-q", "main", in: work)
      try Program.git("clone", "-q", "--bare", "work", "repo.git", in: root)
      try await body(GitServer(root: root, interception: interception), root)
    }
  }

  @Test(
    "branch, tag, full name, commit and default branch give their files",
    arguments: [
      (nil, "two\n", "refs/heads/main"), ("main", "two\n", "refs/heads/main"),
      ("feature", "feature\n", "refs/heads/feature"),
      ("v1", "one\n", "refs/tags/v1"), ("light", "two\n", "refs/tags/light"),
      ("refs/heads/feature", "feature\n", "refs/heads/feature"),
    ] as [(String?, String, String)])
  func refs(_ ref: String?, _ content: String, _ name: String) async throws {
    try await withRepository { server, root in
      let remote = GitRemote("\(server.url)/repo.git", client: Client())
      let checkout = try await remote.clone(to: root + "/out", ref: ref)
      #expect(checkout.reference == name)
      #expect(text(of: root + "/out/file") == content)
      let expected = try Program.git("rev-parse", "\(name)^{commit}", in: root + "/repo.git")
      #expect(checkout.commit.hex == expected)
    }
  }

  @Test("a branch comes without its history")
  func shallow() async throws {
    try await withRepository { server, root in
      _ = try await GitRemote("\(server.url)/repo.git", client: Client()).clone(to: root + "/out")
      let objects = try Program.git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)", in: root + "/out")
      #expect(objects.split(separator: "\n").filter { $0 == "commit" }.count == 1)
    }
  }

  @Test("a commit is found by its full and by its abbreviated name")
  func commits() async throws {
    try await withRepository { server, root in
      let remote = GitRemote("\(server.url)/repo.git", client: Client())
      let first = try Program.git("rev-parse", "main~1", in: root + "/repo.git")
      for (index, name) in [first, String(first.prefix(8))].enumerated() {
        let checkout = try await remote.clone(to: root + "/out\(index)", ref: name)
        #expect(checkout.commit.hex == first && checkout.reference == nil)
        #expect(text(of: root + "/out\(index)/file") == "one\n")
      }
    }
  }

  @Test("a commit comes without its history where the server gives out single commits")
  func shallowCommit() async throws {
    try await withRepository { server, root in
      try Program.git("-C", "repo.git", "config", "uploadpack.allowAnySHA1InWant", "true", in: root)
      let first = try Program.git("rev-parse", "main~1", in: root + "/repo.git")
      let remote = GitRemote("\(server.url)/repo.git", client: Client())
      _ = try await remote.clone(to: root + "/out", ref: first)
      #expect(text(of: root + "/out/file") == "one\n")
      let objects = try Program.git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype)", in: root + "/out")
      #expect(objects.split(separator: "\n").filter { $0 == "commit" }.count == 1)
    }
  }

  @Test("the same over a file address")
  func file() async throws {
    try await withRepository { _, root in
      let checkout = try await GitRemote("file://\(root)/repo.git", client: Client()).clone(
        to: root + "/out", ref: "v1")
      #expect(checkout.reference == "refs/tags/v1")
      #expect(text(of: root + "/out/file") == "one\n")
    }
  }

  @Test(
    "a name that does not exist is an error that says so, and leaves no directory",
    arguments: ["nope", "0123456789", "refs/heads/x"])
  func missing(_ ref: String) async throws {
    try await withRepository { server, root in
      let error = await #expect(throws: GitError.self) {
        try await GitRemote("\(server.url)/repo.git", client: Client()).clone(to: root + "/out", ref: ref)
      }
      #expect(error?.code == .referenceNotFound)
      #expect(error?.message.contains(ref) == true)
      #expect(!FileManager.default.fileExists(atPath: root + "/out"))
    }
  }

  @Test("submodules, with relative addresses and nested, are fetched when asked for")
  func submodules() async throws {
    try await withRepository { server, root in
      try Program.git("init", "-q", "outer", in: root)
      try Program.git("submodule", "--quiet", "add", "-b", "main", "../repo.git", "inner", in: root + "/outer")
      try Program.git("commit", "-q", "-m", "outer", in: root + "/outer")
      try Program.git("clone", "-q", "--bare", "outer", "outer.git", in: root)
      let remote = GitRemote("\(server.url)/outer.git", client: Client())
      _ = try await remote.clone(to: root + "/with", submodules: true)
      #expect(text(of: root + "/with/inner/file") == "two\n")
      _ = try await remote.clone(to: root + "/without")
      #expect(text(of: root + "/without/inner/file") == nil)
    }
  }

  @Test("a submodule must not read this machine's directories when the repository comes from the network")
  func localSubmodule() async throws {
    try await withRepository { server, root in
      try Program.git("init", "-q", "outer", in: root)
      try Program.git("submodule", "--quiet", "add", "file://\(root)/repo.git", "inner", in: root + "/outer")
      try Program.git("commit", "-q", "-m", "outer", in: root + "/outer")
      try Program.git("clone", "-q", "--bare", "outer", "outer.git", in: root)
      let error = await #expect(throws: GitError.self) {
        try await GitRemote("\(server.url)/outer.git", client: Client()).clone(to: root + "/out", submodules: true)
      }
      #expect(error?.code == .protocolViolation)
    }
  }

  @Test("a redirected repository is followed, and credentials do not go to another server")
  func redirected() async throws {
    try await withRepository { real, root in
      let old = try GitServer(root: root) { request in
        "HTTP/1.1 301 Moved\r\nLocation: \(real.url)/repo.git/info/refs?\(request.query)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
      }
      let remote = GitRemote("http://user:password@127.0.0.1:\(old.port)/old.git", client: Client())
      _ = try await remote.clone(to: root + "/out")
      #expect(text(of: root + "/out/file") == "two\n")
      #expect(old.requests.allSatisfy { $0.headers["authorization"] != nil })
      #expect(real.requests.allSatisfy { $0.headers["authorization"] == nil })
    }
  }

  @Test(
    "answers that are not Git's are errors, not crashes",
    arguments: [
      ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", GitError.Code.repositoryNotFound),
      ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", .authentication),
      ("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", .network),
      ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nlogin", .protocolViolation),
      (
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\nContent-Length: 0\r\n\r\n",
        .network
      ),
      (
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\nContent-Length: 9\r\n\r\nzzzz00000",
        .network
      ),
      (
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\nContent-Length: 99\r\n\r\n001e# service",
        .network
      ),
      ("", .network),
    ])
  func hostile(_ answer: String, _ code: GitError.Code) async throws {
    try await withTemporaryDirectory { root in
      let server = try GitServer(root: root) { _ in answer }
      let error = await #expect(throws: GitError.self) {
        try await GitRemote("\(server.url)/x.git", client: Client()).references()
      }
      #expect(error?.code == code, "\(String(describing: error))")
    }
  }

  @Test("a pack that is cut or damaged is an error, and the directory is removed", arguments: [0, 10, 200, 400])
  func damagedPack(_ kept: Int) async throws {
    try await withRepository(interception: { request in
      guard request.method == "POST" else { return nil }
      return "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-result\r\nConnection: close\r\n\r\n"
        + String(
          ("0034shallow 0123456789012345678901234567890123456789" + "00000008NAK\n0031\u{1}PACK"
            + String(repeating: "\u{0}", count: 400)).prefix(kept))
    }) { server, root in
      await #expect(throws: GitError.self) {
        try await GitRemote("\(server.url)/repo.git", client: Client()).clone(to: root + "/out")
      }
      #expect(!FileManager.default.fileExists(atPath: root + "/out"))
    }
  }

  @Test("cancelling ends a clone from a server that never answers")
  func cancelled() async throws {
    let (asked, continuation) = AsyncStream<Void>.makeStream()
    let silent = try ScriptedServer { connection, _ in
      continuation.yield()
      connection.waitForClose()
    }
    let task = Task { try await GitRemote("\(silent.url)/x.git", client: Client()).references() }
    var iterator = asked.makeAsyncIterator()
    await iterator.next()
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
