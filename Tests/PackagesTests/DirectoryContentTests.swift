import Testing

@testable import Packages

@Suite("The content of a directory for its repository")
struct DirectoryContentTests {
  @Test("dot-files, executables, links inside and nested directories count; nothing of .git does")
  func everything() throws {
    let directory = try TemporaryDirectory([
      "a.txt": "a", ".hidden": "h", ".github/workflows/x.yaml": "x", ".git/config": "secret",
      "sub/.git": "gitdir: elsewhere", "sub/deep/b": "b", ".gitignore": "*", "sub/.GIT/x": "x",
    ])
    try directory.write("run.sh", "#!/bin/sh", isExecutable: true)
    try directory.link("sub/link", to: "../a.txt")
    try directory.link("dangling", to: "not/there")
    try directory.link("to-directory", to: "sub/deep")
    try directory.directory("empty")
    let content = DirectoryContent(listing: directory.path)
    #expect(content.faults.isEmpty, "\(content.faults)")
    let listed = content.entries.map { entry in
      switch entry.kind {
      case .file(let isExecutable): "\(entry.path)\(isExecutable ? "*" : "")"
      case .symbolicLink(let target): "\(entry.path) -> \(target)"
      }
    }
    #expect(
      listed.sorted() == [
        ".github/workflows/x.yaml", ".gitignore", ".hidden", "a.txt", "dangling -> not/there", "run.sh*",
        "sub/deep/b", "sub/link -> ../a.txt", "to-directory -> sub/deep",
      ])
  }

  @Test(
    "links out of the directory are refused",
    arguments: ["/etc/passwd", "../x", "sub/../../x", "up/../x", "sub/../.git/config"])
  func linksOut(target: String) throws {
    let directory = try TemporaryDirectory(["tree/sub/a": "a", "x": "outside", "tree/.git/config": "c"])
    // A link whose text stays inside, but which makes `up/..` lead out.
    try directory.link("tree/up", to: "sub/..")
    try directory.link("tree/bad", to: target)
    let content = DirectoryContent(listing: "\(directory.path)/tree")
    #expect(content.faults.map(\.path) == ["bad"], "\(content.faults)")
    #expect(!content.entries.contains { $0.path == "bad" })
  }

  @Test("a chain of links inside that ends outside is refused")
  func chain() throws {
    let outside = try TemporaryDirectory(["secret": "s"])
    let directory = try TemporaryDirectory(["a": "a"])
    try directory.link("one", to: outside.path)
    try directory.link("two", to: "one/secret")
    let content = DirectoryContent(listing: directory.path)
    #expect(content.faults.map(\.path) == ["one", "two"])
    #expect(content.entries.map(\.path) == ["a"])
  }

  @Test("a loop of links is kept as it is and ends")
  func loop() throws {
    let directory = try TemporaryDirectory(["a": "a"])
    try directory.link("self", to: ".")
    try directory.link("x", to: "y")
    try directory.link("y", to: "x")
    let content = DirectoryContent(listing: directory.path)
    #expect(content.faults.isEmpty)
    #expect(content.entries.map(\.path) == ["a", "self", "x", "y"])
  }

  @Test("a thousand files in nested directories are all there, once")
  func many() throws {
    let directory = try TemporaryDirectory()
    for index in 0..<1000 { try directory.write("d\(index % 10)/e\(index % 7)/f\(index)", "x") }
    let content = DirectoryContent(listing: directory.path)
    #expect(content.entries.count == 1000)
    #expect(Set(content.entries.map(\.path)).count == 1000)
  }

  @Test("a directory that is not there is a fault")
  func missing() {
    #expect(DirectoryContent(listing: "/nowhere/at/all").faults.count == 1)
  }
}
