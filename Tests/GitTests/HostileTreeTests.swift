import FoundationEssentials
import HTTP
import TestSupport
import Testing

@testable import Git

/// Trees that git's own commands refuse to make, but that a server may send.
@Suite("Hostile trees", .enabled(if: Program.arePresent))
struct HostileTreeTests {
  /// One entry of a tree object: mode and name.
  struct Entry: Sendable, CustomTestStringConvertible {
    var mode: String
    var name: String
    var testDescription: String { "\(mode) \(name)" }
  }

  /// Writes an object as it is, without git's checks.
  private func object(_ type: String, _ content: [UInt8], in repository: String) throws -> String {
    let file = repository + "/object"
    try Data(content).write(to: URL(filePath: file))
    return try Program.git("hash-object", "-w", "--literally", "-t", type, file, in: repository)
  }

  private func bytes(of name: String) -> [UInt8] {
    var rest = name[...]
    var bytes: [UInt8] = []
    while let byte = UInt8(rest.prefix(2), radix: 16) {
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return bytes
  }

  private func tree(_ entries: [(Entry, object: String)], in repository: String) throws -> String {
    let content = entries.flatMap { entry, object in Array("\(entry.mode) \(entry.name)\0".utf8) + bytes(of: object) }
    return try self.object("tree", content, in: repository)
  }

  @Test(
    "a tree that leads out of the directory is refused or kept inside, and nothing is written elsewhere",
    arguments: [
      [Entry(mode: "40000", name: "..")], [Entry(mode: "40000", name: ".git")], [Entry(mode: "40000", name: ".GIT")],
      [Entry(mode: "40000", name: "a/../..")], [Entry(mode: "40000", name: "/tmp")],
      // A link, and a directory of the same name that would be written through it.
      [Entry(mode: "120000", name: "link"), Entry(mode: "40000", name: "link")],
    ])
  func escape(entries: [Entry]) async throws {
    try await withTemporaryDirectory { root in
      try Program.git("init", "-q", "--bare", "repo.git", in: root)
      let repository = root + "/repo.git"
      let blob = try object("blob", Array("evil\n".utf8), in: repository)
      let target = try object("blob", Array("\(root)/elsewhere".utf8), in: repository)
      let hooks = try tree([(Entry(mode: "100755", name: "evil"), blob)], in: repository)
      let top = try tree(
        entries.map { ($0, object: $0.mode == "120000" ? target : hooks) }, in: repository)
      let commit = try object(
        "commit",
        Array("tree \(top)\nauthor a <a@b.c> 1 +0000\ncommitter a <a@b.c> 1 +0000\n\nx\n".utf8), in: repository)
      try Program.git("update-ref", "refs/heads/main", commit, in: repository)
      try FileManager.default.createDirectory(atPath: root + "/elsewhere", withIntermediateDirectories: false)
      let before = try FileManager.default.contentsOfDirectory(atPath: root).sorted()

      let server = try GitServer(root: root)
      _ = try? await GitRemote("\(server.url)/repo.git", client: Client()).clone(to: root + "/out", ref: "main")
      let after = try FileManager.default.contentsOfDirectory(atPath: root).filter { $0 != "out" }.sorted()
      #expect(after == before)
      #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/elsewhere").isEmpty)
      #expect(!FileManager.default.fileExists(atPath: root + "/out/.git/evil"))
      #expect(
        !FileManager.default.fileExists(atPath: root + "/evil") && !FileManager.default.fileExists(atPath: "/tmp/evil"))
    }
  }
}
