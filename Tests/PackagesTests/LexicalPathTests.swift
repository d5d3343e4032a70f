import Testing

@testable import Packages

@Suite("Paths as texts")
struct LexicalPathTests {
  @Test(
    "paths are shortened as Go's filepath.Clean does it",
    arguments: [
      ("", "."), ("a/b/../c", "a/c"), ("./a//b/", "a/b"), ("../a", "../a"), ("/../a", "/a"), ("a/../..", ".."),
      ("/", "/"), ("a/..", "."),
      // An accent after a slash is the beginning of a name.
      ("a/../../\u{301}x", "../\u{301}x"),
    ])
  func clean(path: String, expected: String) {
    #expect(LexicalPath.clean(path) == expected)
  }

  @Test(
    "the last component is what Go's filepath.Base gives",
    arguments: [("", "."), ("/", "/"), ("a", "a"), ("a/b/", "b"), ("/x/y", "y"), (".", ".")])
  func base(path: String, expected: String) {
    #expect(LexicalPath.base(path) == expected)
  }

  @Test("a directory contains itself and what is below it, but not its siblings with a longer name")
  func inside() {
    #expect(LexicalPath.isInside("/a/b", of: "/a/b"))
    #expect(LexicalPath.isInside("/a/b/c", of: "/a/b"))
    #expect(LexicalPath.isInside("/a", of: "/"))
    #expect(!LexicalPath.isInside("/a/bc", of: "/a/b"))
    #expect(!LexicalPath.isInside("/a", of: "/a/b"))
    #expect(LexicalPath.isInside("/a/\u{301}", of: "/a"))
  }

  @Test("what leaves a directory is seen, whatever its name begins with")
  func leadsOut() {
    #expect(LexicalPath.leadsOut(".."))
    #expect(LexicalPath.leadsOut("../\u{301}x"))
    #expect(!LexicalPath.leadsOut("..x/y"))
  }
}
