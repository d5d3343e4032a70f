import Diagnostics
import Documents
import FoundationEssentials
import HTTP
import TestSupport
import Testing

@testable import DockerEngine

/// What only a real engine can tell. Run with `IDPBUILDER_TEST_ENGINE=unix:///var/run/docker.sock swift test`; everything
/// made here is named `idpbuilder-test-…` and removed.
@Suite(
  "A real engine",
  .enabled(if: ProcessInfo.processInfo.environment["IDPBUILDER_TEST_ENGINE"] != nil, "needs a container engine"),
  .serialized, .timeLimit(.minutes(3)))
struct RealEngineTests {
  let engine: Engine
  let name = "idpbuilder-test-\(UUID().uuidString.lowercased().prefix(8))"
  static let repository = "idpbuilder-test"

  init() async throws {
    let host = ProcessInfo.processInfo.environment["IDPBUILDER_TEST_ENGINE"]
    let endpoint = try EngineEndpoint.discover(environment: [:], flag: host)
    engine = try await Engine.connect(endpoint)
  }

  /// A tar archive (POSIX.1-1988 ustar).
  static func tar(_ files: [(name: String, contents: [UInt8])]) -> [UInt8] {
    files.flatMap { entry($0.name, $0.contents) } + [UInt8](repeating: 0, count: 1024)
  }

  private static func entry(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    func octal(_ number: Int, _ digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(name, at: 0)
    put(octal(0o755, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(contents.count, 11), at: 124)
    put(octal(0, 11), at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
    let padding = [UInt8](repeating: 0, count: (512 - contents.count % 512) % 512)
    return header + contents + padding
  }

  /// An image with a shell and little else, made of the machine's own files.
  func image() async throws -> String {
    let candidates = [
      ("bin/sh", ["/bin/sh"]), ("bin/sleep", ["/bin/sleep"]), ("bin/cat", ["/bin/cat"]), ("bin/dd", ["/bin/dd"]),
      ("lib64/ld-linux-x86-64.so.2", ["/lib64/ld-linux-x86-64.so.2"]),
      ("lib/ld-linux-aarch64.so.1", ["/lib/ld-linux-aarch64.so.1"]),
      ("lib/libc.so.6", ["/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6"]),
    ]
    let files = candidates.compactMap { name, paths in
      paths.lazy.compactMap { FileManager.default.contents(atPath: $0) }.first.map { (name, Array($0)) }
    }
    let tag = String(name.suffix(8))
    try await engine.importImage(
      ByteStream(chunks: [Self.tar(files)]), repository: Self.repository, tag: tag, changes: ["ENV MADE=here"])
    return "\(Self.repository):\(tag)"
  }

  func withContainer(_ script: String, _ body: (String, String) async throws -> Void) async throws {
    let image = try await image()
    do {
      let id = try await engine.createContainer(
        name: name,
        [
          "Image": Value(image), "Cmd": ["/bin/sh", "-c", Value(script)],
          "Labels": ["idpbuilder-test": Value(name)], "HostConfig": ["NetworkMode": "none"],
        ])
      try await engine.startContainer(id)
      try await body(id, image)
      try await engine.removeContainer(id, force: true, volumes: true)
    } catch {
      try? await engine.removeContainer(name, force: true, volumes: true)
      try? await engine.removeImage(image, force: true)
      throw error
    }
    try await engine.removeImage(image, force: true)
  }

  @Test("the engine tells its versions")
  func system() async throws {
    #expect(engine.apiVersion >= .oldest)
    #expect(try await engine.version()["ApiVersion"].stringValue != nil)
    #expect(try await engine.info()["ServerVersion"].stringValue != nil)
    _ = try await engine.diskUsage()
  }

  @Test("a container is made, runs commands, exchanges files and goes away")
  func container() async throws {
    try await withContainer("echo out; echo err >&2; exec sleep 1000") { id, image in
      let state = try await engine.inspectContainer(name)
      #expect(state?["Id"].stringValue == id)
      #expect(try await engine.listContainers(labels: ["idpbuilder-test=\(name)"]).count == 1)
      // A second start is no error, a second of that name is a conflict.
      try await engine.startContainer(id)
      await #expect {
        try await engine.createContainer(name: name, ["Image": Value(image), "Cmd": ["/bin/sh"]])
      } throws: {
        ($0 as? EngineError)?.isConflict == true
      }

      let result = try await engine.execute(
        in: name, ["/bin/sh", "-c", "echo $WORD; echo oops >&2; exit 7"], environment: ["WORD=hello"])
      #expect(result.exitCode == 7)
      #expect(result.output == "hello\n")
      #expect(result.errorOutput == "oops\n")
      let large = try await engine.execute(
        in: name, ["/bin/dd", "if=/dev/zero", "bs=1000", "count=3000"])
      #expect(large.stdout.count == 3_000_000)
      #expect(try await engine.execute(in: name, ["/nowhere"]).exitCode != 0)

      try await engine.putArchive(name, path: "/", tar: Self.tar([("file", Array("content".utf8))]))
      #expect(try await engine.execute(in: name, ["/bin/cat", "/file"]).output == "content")
      let archive = try await #require(try await engine.getArchive(name, path: "/file")).collect()
      #expect(archive.firstRange(of: Array("content".utf8)) != nil)
      #expect(try await engine.getArchive(name, path: "/missing") == nil)

      var (out, err) = ("", "")
      for try await chunk in try await engine.containerLogs(name, follow: false) {
        let text = String(decoding: chunk.bytes, as: UTF8.self)
        if chunk.stream == .stdout { out += text } else { err += text }
      }
      #expect(out == "out\n")
      #expect(err == "err\n")

      try await engine.killContainer(name)
      #expect(try await engine.waitForContainer(name, deadline: .after(.seconds(20))) == 137)
      let committed = try await engine.commitContainer(
        name, repository: Self.repository, tag: "committed-\(name.suffix(8))", changes: ["LABEL a=b"])
      let inspected = try await engine.inspectImage(committed)
      #expect(inspected?["Config"]["Labels"]["a"].stringValue == "b")
      #expect(inspected?["Config"]["Env"].elements.contains("MADE=here") == true)
      try await engine.removeImage(committed, force: true)
      await #expect { try await engine.execute(in: name, ["/bin/cat"]) } throws: {
        ($0 as? EngineError)?.isConflict == true
      }
    }
    #expect(try await engine.inspectContainer(name) == nil)
    await #expect { try await engine.startContainer(name) } throws: { error in
      (error as? EngineError)?.isNotFound == true && "\(error)".contains(name)
    }
  }

  @Test("a followed log ends with the container, and cancelling ends it at once")
  func followedLog() async throws {
    try await withContainer("while ! test -e /stop; do echo tick; sleep 0.1; done; echo end") { _, _ in
      let engine = engine
      let name = name
      let ticks = Task {
        for try await _ in try await engine.containerLogs(name, follow: true) { return true }
        return false
      }
      #expect(try await ticks.value)
      let endless = Task {
        for try await _ in try await engine.containerLogs(name, follow: true) {}
      }
      endless.cancel()
      await #expect(throws: CancellationError.self) { try await endless.value }
      try await engine.putArchive(name, path: "/", tar: Self.tar([("stop", [])]))
      var text = ""
      for try await chunk in try await engine.containerLogs(name, follow: true, tail: 1) {
        text += String(decoding: chunk.bytes, as: UTF8.self)
      }
      #expect(text.hasSuffix("end\n"))
    }
  }

  @Test("images are imported, tagged, saved, loaded and removed")
  func images() async throws {
    let image = try await image()
    let archive = try await engine.saveImages([image]).collect()
    let copy = "copy-\(name.suffix(8))"
    try await engine.tagImage(image, repository: Self.repository, tag: copy)
    #expect(try await engine.listImages(filters: ["reference": ["\(Self.repository):\(copy)"]]).count == 1)
    try await engine.removeImage("\(Self.repository):\(copy)")
    try await engine.removeImage(image)
    #expect(try await engine.inspectImage(image) == nil)
    #expect(try await engine.loadImages(ByteStream(chunks: [archive])) == [image])
    #expect(try await engine.inspectImage(image) != nil)
    try await engine.removeImage(image)
    await #expect(throws: EngineError.self) {
      try await engine.loadImages(ByteStream(chunks: [Array("no archive at all".utf8)]))
    }
  }

  @Test("a pull that cannot work gives the engine's own words")
  func pull() async throws {
    await #expect { try await engine.pullImage("127.0.0.1:1/nothing:1").complete() } throws: { error in
      guard let error = error as? EngineError else { return false }
      return error.message.contains("127.0.0.1:1")
    }
  }

  @Test("an image is pulled with credentials and progress, and refused without")
  func pullWithCredentials() async throws {
    let contents = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) } + Array(name.utf8)
    let registry = try TinyRegistry(layer: Self.tar([("file", contents)]), user: "me", password: "pass word")
    await #expect { try await engine.pullImage(registry.reference).complete() } throws: { error in
      (error as? EngineError)?.message.isEmpty == false
    }
    let credentials = RegistryCredentials(
      serverAddress: "127.0.0.1:\(registry.server.port)", proof: .password(user: "me", Secret("pass word")))
    var progress: [PullProgress] = []
    for try await message in engine.pullImage(registry.reference, credentials: credentials) { progress.append(message) }
    let image = try await engine.inspectImage(registry.reference)
    try await engine.removeImage(registry.reference)
    #expect(image?["Config"]["Env"] == ["PULLED=yes"])
    #expect(progress.contains { $0.layer != nil && $0.status == "Pull complete" })
    #expect(progress.contains { ($0.total ?? 0) > 3_000_000 })
  }

  @Test("networks and volumes are made, listed and removed")
  func networksAndVolumes() async throws {
    let network = try await engine.createNetwork(["Name": Value(name), "Internal": true, "Labels": ["a": "b"]])
    #expect(try await engine.listNetworks(name: name).count == 1)
    #expect(try await engine.listNetworks(name: String(name.dropLast())).isEmpty)
    #expect(try await engine.inspectNetwork(network)?["Name"].stringValue == name)
    try await engine.removeNetwork(network)
    #expect(try await engine.inspectNetwork(network) == nil)

    let volume = try await engine.createVolume(name: name, labels: ["idpbuilder-test": name])
    #expect(volume["Name"].stringValue == name)
    #expect(try await engine.listVolumes(labels: ["idpbuilder-test=\(name)"]).count == 1)
    try await engine.removeVolume(name)
    #expect(try await engine.inspectVolume(name) == nil)
    try await engine.removeVolume(name, force: true)
  }

  @Test("events tell what happened since")
  func events() async throws {
    let events = try await engine.events(filters: ["type": ["volume"], "volume": [name]])
    _ = try await engine.createVolume(name: name)
    for try await event in events {
      #expect(event["Action"].stringValue == "create")
      break
    }
    try await engine.removeVolume(name)
  }
}
