import Diagnostics
import Git
import HTTP
import Testing

@testable import Packages

@Suite("Packages in repositories elsewhere")
struct RemoteCheckoutTests {
  /// A bare repository in a directory, with a first commit on `main`.
  static func makeOrigin(_ files: [GitFile]) async throws -> (
    directory: TemporaryDirectory, url: String, commit: String
  ) {
    let directory = try TemporaryDirectory([
      "o.git/HEAD": "ref: refs/heads/main\n", "o.git/config": "[core]\n\tbare = true\n\trepositoryformatversion = 0\n",
    ])
    for name in ["o.git/objects/pack", "o.git/refs/heads", "o.git/refs/tags"] { try directory.directory(name) }
    let url = "file://\(directory.path)/o.git"
    return (directory, url, try await push(files, to: url))
  }

  static func push(_ files: [GitFile], to url: String, branch: String = "main") async throws -> String {
    try await GitRemote(url, client: Client()).push(
      files, to: branch, author: PackageRepository.author(time: 1_700_000_000), message: "change"
    ).commit.hex
  }

  @Test("a package is read at a branch, a tag and a commit")
  func references() async throws {
    let (origin, url, first) = try await Self.makeOrigin([
      GitFile("stack/app.yaml", text: Samples.application("one", repoURL: "cnoe://m")), GitFile("stack/m/x", text: "x"),
    ])
    try origin.write("o.git/refs/tags/v1", first + "\n")
    _ = try await Self.push([GitFile("stack/app.yaml", text: Samples.application("two"))], to: url)
    _ = try await Self.push([GitFile("stack/app.yaml", text: Samples.application("three"))], to: url, branch: "dev")
    let clones = try TemporaryDirectory()
    let reader = PackageReader(checkouts: RemoteCheckouts(directory: clones.path, client: Client()))
    for (query, expected) in [("", "two"), ("?ref=dev", "three"), ("?ref=v1", "one"), ("?version=\(first)", "one")] {
      let report = try await reader.read(["\(url)//stack\(query)"], workingDirectory: "/")
      #expect(report.findings.isEmpty, "\(report.findings)")
      #expect(report.packages.first?.applications.map(\.name) == [expected], "\(query)")
    }
  }

  @Test("several packages of one repository share a clone, at the same time too")
  func shared() async throws {
    let (_, url, _) = try await Self.makeOrigin([
      GitFile("a/app.yaml", text: Samples.application("a", repoURL: "cnoe://../b")),
      GitFile("b/app.yaml", text: Samples.application("b")),
    ])
    let clones = try TemporaryDirectory()
    let reader = PackageReader(checkouts: RemoteCheckouts(directory: clones.path, client: Client()))
    let report = try await reader.read(["\(url)//a,\(url)//b", "\(url)//a"], workingDirectory: "/")
    #expect(report.findings.isEmpty, "\(report.findings)")
    #expect(report.packages.map { $0.applications.map(\.name) } == [["b"], ["a"]])
    #expect(try FileSystem.names(in: clones.path) == ["0"])
    let set = PackageSet(report.packages, cluster: "localdev")
    #expect(set.repositories.map(\.repositoryName) == ["idpbuilder-localdev-a-b"])
    #expect(try await set.repositories.first?.files().map(\.path) == ["app.yaml"])
  }

  @Test("what is packed of a package elsewhere is its directory in the clone; one that needs more is refused")
  func packed() async throws {
    let (_, url, _) = try await Self.makeOrigin([
      GitFile("a/app.yaml", text: Samples.application("a", repoURL: "cnoe://m")), GitFile("a/m/x", text: "x"),
      GitFile("b/app.yaml", text: Samples.application("b", repoURL: "cnoe://../a/m")),
    ])
    let clones = try TemporaryDirectory()
    let reader = PackageReader(checkouts: RemoteCheckouts(directory: clones.path, client: Client()))
    let packages = try await reader.read(["\(url)//a", "\(url)//b"], workingDirectory: "/").packages
    try #require(packages.count == 2)
    let contents = try await PackageContents(packages[0])
    #expect(contents.name == "a" && contents.entry == nil)
    #expect(contents.items.map(\.path) == ["app.yaml", "m/x"])
    #expect(contents.items.allSatisfy { FileSystem.exists($0.file) })
    let failure = await #expect(throws: Failure.self) { try await PackageContents(packages[1]) }
    #expect(failure?.cause == "cnoe://../a/m" && failure?.status == .badInput)
  }

  @Test("a repository, a branch and a directory that are not there are told")
  func missing() async throws {
    let (_, url, _) = try await Self.makeOrigin([GitFile("a/app.yaml", text: Samples.application("a"))])
    let clones = try TemporaryDirectory()
    let reader = PackageReader(checkouts: RemoteCheckouts(directory: clones.path, client: Client()))
    let report = try await reader.read(
      ["file:///nowhere/x.git//p", "\(url)//a?ref=gone", "\(url)//nothing"], workingDirectory: "/")
    let errors = report.errors.map(\.description)
    #expect(errors.count == 3, "\(errors)")
    #expect(errors.first?.contains("file:///nowhere/x.git//p: the repository cannot be fetched: clone ") == true)
    #expect(errors.dropFirst().first?.contains("there is no branch or tag gone") == true, "\(errors)")
    #expect(errors.last?.contains("no such directory in the repository") == true)
    #expect(report.errors.dropFirst().first?.status == .notFound)
  }

  @Test("what a directory holds is what a clone of its repository gives")
  func roundTrip() async throws {
    let local = try TemporaryDirectory([
      "app.yaml": Samples.application("a", repoURL: "cnoe://m"), "m/.hidden": "h", "m/sub/data": "x\u{0}y",
      "m/.git/config": "no",
    ])
    try local.write("m/run.sh", "#!/bin/sh\n", isExecutable: true)
    try local.link("m/link", to: "sub/data")
    let repository = try #require(try await Samples.set(local.path).repositories.first)
    let files = try await repository.files()
    let (_, url, _) = try await Self.makeOrigin(files)
    let clones = try TemporaryDirectory()
    let clone = try await RemoteCheckouts(directory: clones.path, client: Client())
      .directory(of: RemoteSource(address: url))
    let content = DirectoryContent(listing: clone)
    #expect(content.entries == DirectoryContent(listing: repository.directory).entries)
    #expect(try FileSystem.read("\(clone)/sub/data", limit: 10) == Array("x\u{0}y".utf8))
    #expect(repository.commitMessage == "updated from \(local.path)/m")
  }

  @Test("a directory with a link out of it is not pushed")
  func linkOut() async throws {
    let local = try TemporaryDirectory(["app.yaml": Samples.application("a", repoURL: "cnoe://m"), "m/x": "x"])
    let repository = try #require(try await Samples.set(local.path).repositories.first)
    try local.link("m/passwd", to: "/etc/passwd")
    let failure = try await #require(throws: Failure.self) { try await repository.files() }
    #expect(failure.cause?.contains("m/passwd is a symbolic link to /etc/passwd") == true)
  }
}
