import Documents
import Testing

@testable import Packages

@Suite("Hostile packages")
struct HostileInputTests {
  static let sample =
    Samples.applicationSet(
      "s", generators: "[{git: {repoURL: 'cnoe://t'}}, {merge: {generators: [{git: {repoURL: \"cnoe://t\"}}]}}]",
      repoURL: "cnoe://t") + "---\n" + Samples.application("a", repoURL: "cnoe://t")

  private func check(_ bytes: [UInt8]) {
    let file = PackageFile(name: "a.yaml", content: bytes, source: "a.yaml")
    // What was accepted must also be usable.
    for draft in file.drafts {
      _ = DirectoryReferences.replaced(in: draft.document.value) { $0 }
      for reference in draft.references { _ = draft.document.position(of: reference.pointer) }
    }
    #expect(!(file.drafts.isEmpty && file.findings.isEmpty), "whatever is read, something is said")
  }

  @Test("a file cut at every byte is read or refused")
  func truncated() {
    let bytes = Array(Self.sample.utf8)
    for end in bytes.indices { check(Array(bytes[..<end])) }
  }

  @Test("a file with any byte changed is read or refused")
  func changed() {
    let bytes = Array(Self.sample.utf8)
    for index in bytes.indices {
      for other: UInt8 in [0, 0x0A, 0x20, 0x22, 0x26, 0x2A, 0x3A, 0x5B, 0x7B, 0xC3, 0xFF] {
        var copy = bytes
        copy[index] = other
        check(copy)
      }
    }
  }

  @Test("texts from a seeded generator are read or refused")
  func random() {
    let pieces = [
      "kind: Application\n", "apiVersion: argoproj.io/v1alpha1\n", "spec:\n", "  source:\n", "    repoURL: cnoe://a\n",
      "metadata: {name: x}\n", "---\n", "- ", "? ", "&a ", "*a ", "<<: *a\n", "{", "}", "[", "]", "\t", "!!binary x\n",
      "|\n", "  generators:\n", "  - git: {repoURL: 'cnoe://b'}\n", "\u{FEFF}", "..", "0x1F", "'", "\"",
    ]
    var state: UInt64 = 42
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for _ in 0..<3000 {
      check(Array((0..<next(20)).map { _ in pieces[next(pieces.count)] }.joined().utf8))
    }
  }

  @Test("deep nesting and alias bombs are refused")
  func bombs() {
    check(Array(String(repeating: "[", count: 100_000).utf8))
    check(Array(String(repeating: "a: {", count: 100_000).utf8))
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = (0..<9).map { _ in "*a\(level - 1)" }.joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(aliases)]\n"
    }
    check(Array(bomb.utf8))
  }

  @Test("references with hostile paths are refused and touch nothing")
  func hostilePaths() async throws {
    for path in ["../../../..", "/", "//etc", "a\\0b", "~", "$HOME", "%2e%2e", String(repeating: "a/", count: 5000)] {
      let directory = try TemporaryDirectory(["app.yaml": Samples.application("x", repoURL: "\"cnoe://\(path)\"")])
      let report = try await Samples.read(directory.path)
      // `/` and `//etc` count from the package: the first is the package itself, the second is missing.
      #expect(report.errors.count == (path == "/" ? 0 : 1), "\(path): \(report.errors)")
    }
  }

  @Test("a package of a thousand files is read in order, each once")
  func thousand() async throws {
    let directory = try TemporaryDirectory(["m/x": "x"])
    for index in 0..<1000 {
      try directory.write("a\(1000 + index).yaml", Samples.application("app-\(index)", repoURL: "cnoe://m"))
    }
    let set = try await Samples.set(directory.path)
    #expect(set.installations.map(\.application.name) == (0..<1000).map { "app-\($0)" })
    #expect(Set(set.repositories.map(\.name)).count == 1000)
  }

  @Test("cancelling ends a reading that waits for a repository")
  func cancellation() async throws {
    let (started, begin) = AsyncStream.makeStream(of: Void.self)
    let reading = Task {
      try await PackageReader { _ in
        begin.finish()
        try await ContinuousClock().sleep(until: .now + .seconds(3600))
        return ""
      }.read([.remote(RemoteSource(address: "https://host/o/r"))])
    }
    for await _ in started {}
    reading.cancel()
    await #expect(throws: CancellationError.self) { try await reading.value }
  }

  @Test("a text is checked alone, without looking at directories")
  func textAlone() {
    let findings = PackageReader.findings(in: Array("a: 1\n".utf8), source: "stdin")
    #expect(findings.map(\.description) == ["stdin:1:1: the document has no “kind”: expected a Kubernetes object"])
    #expect(PackageReader.findings(in: Array(Self.sample.utf8), source: "stdin").isEmpty)
  }
}
