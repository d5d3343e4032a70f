import Diagnostics
import Testing

@testable import Packages

@Suite("Values of --package")
struct PackageSourceTests {
  @Test("directories, files and addresses are told apart, relative paths count from the working directory")
  func kinds() throws {
    let directory = try TemporaryDirectory(["apps/app.yaml": "", "one.yaml": ""])
    let sources = try PackageSource.parse(
      ["apps,./one.yaml", "https://host/o/r//p", "\(directory.path)//apps/"], workingDirectory: directory.path)
    #expect(
      sources.map(\.description) == ["\(directory.path)/one.yaml", "https://host/o/r//p", "\(directory.path)/apps"])
    #expect(sources.first == .file("\(directory.path)/one.yaml"))
  }

  @Test("an existing directory is preferred to an address in short form")
  func localFirst() throws {
    let directory = try TemporaryDirectory(["github.com/o/r/p/app.yaml": ""])
    let sources = try PackageSource.parse(["github.com/o/r//p"], workingDirectory: directory.path)
    #expect(sources == [.directory("\(directory.path)/github.com/o/r/p")])
  }

  @Test(
    "values are split at commas, except in quotes",
    arguments: [
      ("a,b", ["a", "b"]), ("\"a,b\",c", ["a,b", "c"]), ("a", ["a"]), ("\"say \"\"x\"\"\",b", ["say \"x\"", "b"]),
    ])
  func splitting(value: String, expected: [String]) {
    #expect(PackageSource.split(value) == expected)
  }

  @Test("all faults are told at once, with what the system says")
  func faults() throws {
    let failure = try #require(throws: Failure.self) {
      try PackageSource.parse(["/nowhere/a", "ftp://x/y//z", ""], workingDirectory: "/")
    }
    #expect(failure.cause?.contains("/nowhere/a") == true)
    #expect(failure.cause?.contains("No such file or directory") == true)
    #expect(failure.cause?.contains("ftp") == true)
    #expect(failure.cause?.contains("empty value") == true)
    #expect(failure.status == .notFound)
  }
}
