import FoundationEssentials
import Glibc
import HTTP
import Testing

@testable import Git

/// A remote that may be written to, with credentials in its URL; a branch of a random name is left in it.
private let remoteURL = getenv("IDPBUILDER_TEST_GIT_REMOTE").map { String(cString: $0) }

@Suite("Git on a real server", .enabled(if: remoteURL != nil))
struct LiveRemoteTests {
  @Test("push, push again, push a change, clone: as the real server does them")
  func flow() async throws {
    let remote = GitRemote(try #require(remoteURL), client: Client())
    let branch = "test-\(UUID().uuidString.lowercased())"
    let files = [
      GitFile("README.md", text: "hello\n"), GitFile("bin/run", text: "#!/bin/sh\n", mode: .executable),
      GitFile("big", content: .bytes((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })),
    ]
    let first = try await remote.push(files, to: branch, author: author, message: "First")
    guard case .pushed(let commit) = first else {
      Issue.record("nothing was pushed")
      return
    }
    #expect(try await remote.push(files, to: branch, author: author, message: "Second") == .unchanged(commit))
    let changed = files + [GitFile("new", text: "x")]
    let third = try await remote.push(changed, to: branch, author: author, message: "Third").commit
    try await withTemporaryDirectory { directory in
      let checkout = try await remote.clone(to: directory + "/out", ref: branch)
      #expect(checkout.commit == third)
      #expect(text(of: directory + "/out/new") == "x")
    }
  }
}
