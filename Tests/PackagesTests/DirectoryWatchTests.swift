import FoundationEssentials
import Testing

@testable import Packages

#if canImport(Glibc)
  @Suite("Watching directories", .timeLimit(.minutes(1)))
  struct DirectoryWatchTests {
    @Test("a file that is written, replaced by renaming or deleted is a change of its root")
    func changes() async throws {
      let directory = try TemporaryDirectory(["one/sub/a": "a", "two/b": "b"])
      let roots = ["\(directory.path)/one", "\(directory.path)/two"]
      let actions: [(String, @Sendable () throws -> Void)] = [
        ("one", { try directory.write("one/sub/a", "changed") }),
        ("two", { try directory.write("two/new", "n") }),
        ("two", { _ = try FileManager.default.removeItem(atPath: "\(directory.path)/two/new") }),
        (
          "one",
          {
            try directory.write("aside", "replacement")
            try FileManager.default.moveItem(atPath: "\(directory.path)/aside", toPath: "\(directory.path)/one/moved")
          }
        ),
      ]
      for (root, action) in actions {
        let watch = try DirectoryWatch(roots)
        try action()
        let changed = try await watch.next()
        #expect(changed == ["\(directory.path)/\(root)"])
      }
    }

    @Test("directories made later are watched too, and what happens in quick succession is one change")
    func newDirectories() async throws {
      let directory = try TemporaryDirectory(["root/a": "a"])
      let watch = try DirectoryWatch(["\(directory.path)/root"])
      try directory.write("root/new/deep/file", "x")
      try directory.write("root/b", "x")
      #expect(try await watch.next() == ["\(directory.path)/root"])
      try directory.write("root/new/deep/file", "y")
      #expect(try await watch.next() == ["\(directory.path)/root"])
    }

    @Test("nothing of .git is a change, and a root watched alone ends at its own entries")
    func ignored() async throws {
      let directory = try TemporaryDirectory(["root/.git/config": "c", "root/sub/x": "x", "other/y": "y"])
      let watch = try DirectoryWatch(["\(directory.path)/root/.", "\(directory.path)/other"])
      try directory.write("root/.git/config", "changed")
      try directory.write("root/sub/x", "changed")
      try directory.write("other/y", "changed")
      #expect(try await watch.next() == ["\(directory.path)/other"])
    }

    @Test("cancelling ends the wait")
    func cancellation() async throws {
      let directory = try TemporaryDirectory(["root/a": "a"])
      let watch = try DirectoryWatch(["\(directory.path)/root"])
      let waiting = Task { try await watch.next() }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test("roots that are not there are left out")
    func missing() async throws {
      let directory = try TemporaryDirectory(["root/a": "a"])
      let watch = try DirectoryWatch(["/nowhere/at/all", "\(directory.path)/root"])
      try directory.write("root/a", "b")
      #expect(try await watch.next() == ["\(directory.path)/root"])
    }
  }
#endif
