import Diagnostics
import Documents
import FoundationEssentials
import Glibc
import Testing

@testable import Kubernetes

@Suite final class KubeconfigFileTests {
  private let directory = "\(FileManager.default.temporaryDirectory.path)/kubeconfig-\(UUID().uuidString)"
  private let entry = KubeconfigEntry(name: "kind-a", cluster: ["server": "https://a"], user: ["token": "t"])

  init() throws {
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)"))
  }

  private func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: "\(directory)/\(name)")), as: UTF8.self)
  }

  private func mode(_ name: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: "\(directory)/\(name)")[.posixPermissions] as? Int ?? -1
  }

  private func paths(_ names: String...) -> KubeconfigPaths {
    let list = names.map { "\(directory)/\($0)" }.joined(separator: ":")
    return KubeconfigPaths(explicit: nil, environment: ["KUBECONFIG": list])
  }

  @Test("a new file is for its owner alone, its directory is made, and no lock stays behind")
  func newFile() async throws {
    let path = try await paths("sub/dir/config").merge(entry)
    #expect(path == "\(directory)/sub/dir/config")
    #expect(try mode("sub/dir/config") == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/sub/dir") == ["config"])
    #expect(try paths("sub/dir/config").access(context: "kind-a").server == "https://a")
  }

  @Test("an entry goes to the first file that exists, else to the last one")
  func writeTarget() async throws {
    #expect(paths("a", "b", "c").writeTarget == "\(directory)/c")
    try write("", to: "b")
    #expect(paths("a", "b", "c").writeTarget == "\(directory)/b")
  }

  @Test("removal cleans all files and tells which had the entry")
  func removal() async throws {
    try await paths("a").merge(entry)
    try await paths("c").merge(entry)
    try write("kind: Config\ncurrent-context: kind-b # mine\n", to: "b")
    let removed = try await paths("a", "b", "c", "missing").remove("kind-a")
    #expect(removed == ["\(directory)/a", "\(directory)/c"])
    #expect(try read("b") == "kind: Config\ncurrent-context: kind-b # mine\n")
    #expect(try paths("a", "c").load().allSatisfy { $0.contextNames.isEmpty && $0.currentContext == nil })
    #expect(!FileManager.default.fileExists(atPath: "\(directory)/missing"))
  }

  @Test("a file that cannot be parsed is left as it is, and the error names the place")
  func unparsable() async throws {
    try write("clusters: [\n", to: "a")
    let error = await #expect(throws: DocumentError.self) { try await self.paths("a").merge(self.entry) }
    #expect(error?.description.hasPrefix("\(directory)/a:2:1: ") == true)
    #expect(try read("a") == "clusters: [\n")
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a"])
    try await paths("b").merge(entry)
    await #expect(throws: DocumentError.self) { try await self.paths("a", "b").remove("kind-a") }
    #expect(try paths("b").load()[0].contextNames.isEmpty)
  }

  @Test("a symbolic link stays one, and mode and place of its target stay")
  func symbolicLink() async throws {
    try FileManager.default.createDirectory(atPath: "\(directory)/real", withIntermediateDirectories: true)
    try write("kind: Config\n", to: "real/config")
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: "\(directory)/real/config")
    try FileManager.default.createSymbolicLink(atPath: "\(directory)/link", withDestinationPath: "real/config")
    try await paths("link").merge(entry)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(directory)/link") == "real/config")
    #expect(try read("real/config").contains("kind-a"))
    #expect(try mode("real/config") == 0o640)
  }

  @Test("what a killed idpbuilder left, lock and temporary file, stops nobody and does not stay")
  func leftovers() async throws {
    for (name, content) in [("a.lock", "idpbuilder\n"), ("a.idpbuilder.tmp", "half of a file that was longer: x\n")] {
      try write(content, to: name)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(directory)/\(name)")
    }
    try await paths("a").merge(entry, deadline: .after(.seconds(5)))
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a"])
    #expect(try paths("a").access(context: "kind-a").server == "https://a")
    #expect(try mode("a") == 0o600)
  }

  @Test("the lock of an idpbuilder that lives is respected")
  func lockedByTheLiving() async throws {
    try write("idpbuilder\n", to: "a.lock")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(directory)/a.lock")
    let descriptor = open("\(directory)/a.lock", O_RDWR)
    #expect(flock(descriptor, LOCK_EX) == 0)
    await #expect(throws: KubeconfigError.self) {
      try await paths("a").merge(entry, deadline: .after(.milliseconds(100)))
    }
    #expect(FileManager.default.fileExists(atPath: "\(directory)/a.lock"))
    close(descriptor)
    try await paths("a").merge(entry, deadline: .after(.seconds(5)))
    #expect(!FileManager.default.fileExists(atPath: "\(directory)/a.lock"))
  }

  @Test("another program's lock is respected until the deadline, then named")
  func locked() async throws {
    try write("", to: "a.lock")
    let error = await #expect(throws: KubeconfigError.self) {
      try await self.paths("a").merge(self.entry, deadline: .after(.milliseconds(30)))
    }
    #expect(error?.description == "the kubeconfig \(directory)/a is locked by \(directory)/a.lock")
    #expect(error?.remedy?.contains("remove \(directory)/a.lock") == true)
    #expect(!FileManager.default.fileExists(atPath: "\(directory)/a"))
    #expect(FileManager.default.fileExists(atPath: "\(directory)/a.lock"))
  }

  @Test("many changes at once lose none")
  func concurrency() async throws {
    let paths = paths("a")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<20 {
        group.addTask {
          try await paths.merge(KubeconfigEntry(name: "kind-\(index)", cluster: ["server": "https://a"], user: [:]))
        }
      }
      try await group.waitForAll()
    }
    #expect(try paths.load()[0].contextNames.count == 20)
  }

  @Test("each entry comes from the first file that has it, and files are found beside the kubeconfig that names them")
  func precedence() throws {
    try write("CA", to: "ca.pem")
    try write("secret\n", to: "token")
    try write(
      "current-context: x\nclusters: [{name: c, cluster: {server: 'https://1', certificate-authority: ca.pem}}]",
      to: "a")
    try write(
      """
      current-context: y
      clusters: [{name: c, cluster: {server: 'https://2'}}]
      contexts: [{name: x, context: {cluster: c, user: u}}]
      users: [{name: u, user: {tokenFile: \(directory)/token}}]
      """, to: "b")
    let access = try paths("a", "b").access()
    #expect(access.server == "https://1")
    #expect(access.authorityPEM == "CA")
    #expect(access.token == Secret("secret"))
    #expect(try paths("a", "b").currentContext() == "x")
  }

  @Test("what is no file, such as /dev/null, is written to and not replaced")
  func device() async throws {
    let pipe = "\(directory)/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    // Both ends, so that neither opening nor writing waits for somebody.
    let descriptor = open(pipe, O_RDWR | O_NONBLOCK)
    defer { close(descriptor) }
    try FileAccess.replace(pipe, with: Array("text".utf8))
    var status = stat()
    #expect(stat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    var content = [UInt8](repeating: 0, count: 8)
    #expect(Glibc.read(descriptor, &content, content.count) == 4)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["pipe"])
  }
}
