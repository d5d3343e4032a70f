import Archive
import Diagnostics
import Documents
import FoundationEssentials
import Testing

@testable import Bootstrap

@Suite struct BundleTests {
  private static let manifest = BundleManifest(
    nodeImage: "kindest/node:v1.36.1", image: "idpbuilder.localhost/prepared-node:abc", architecture: "amd64",
    images: ["a:1"], packages: ["1-mine"], customizations: ["argocd:changes/argocd.yaml"], members: [])

  /// Runs a test with a directory of its own.
  private func withDirectory(_ body: (String) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.path + "/bundle-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try await body(directory)
  }

  private func write(_ path: String, image: [UInt8], packages: [UInt8]?) async throws {
    let file = try BundleFile(writing: path + ".partial")
    var writer = BundleWriter(file)
    try await writer.add(
      "image.tar", ByteChunks(image.isEmpty ? [] : [Array(image.prefix(3)), Array(image.dropFirst(3))]))
    if let packages { try await writer.add("packages.tar", ByteChunks([packages])) }
    try await writer.finish(Self.manifest)
    try await file.finish(as: path)
  }

  private func read(_ path: String) async throws -> BundleReader {
    try await BundleReader(BundleFile(reading: path)) { _ in }
  }

  @Test("what was written is read, member by member, and any tar finds the same members", arguments: [0, 1, 512, 5000])
  func round(size: Int) async throws {
    try await withDirectory { directory in
      let image = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
      try await write(directory + "/b.tar", image: image, packages: [1, 2, 3])
      let reader = try await read(directory + "/b.tar")
      #expect(reader.manifest.packages == ["1-mine"] && reader.manifest.nodeImage == "kindest/node:v1.36.1")
      var content: [UInt8] = []
      for try await chunk in try #require(reader.content(of: "image.tar")) { content += chunk }
      #expect(content == image)
      #expect(reader.content(of: "manifest.json") == nil)
      let data = try #require(FileManager.default.contents(atPath: directory + "/b.tar"))
      let tar = TarReader(ByteChunks([Array(data)]))
      var names: [String] = []
      while let entry = try await tar.next() { names.append("\(entry.path) \(entry.size)") }
      #expect(names.prefix(2) == ["image.tar \(size)", "packages.tar 3"] && names.count == 4)
      #expect(!FileManager.default.fileExists(atPath: directory + "/b.tar.partial"))
    }
  }

  @Test("where no bundle can be written is said before anything is done")
  func target() async throws {
    try await withDirectory { directory in
      try BundleFile.requireWritable(directory + "/b.tar", given: "b.tar")
      for (path, status) in [(directory, ExitStatus.usage), (directory + "/none/b.tar", .cannotCreate)] {
        let failure = #expect(throws: Failure.self) { try BundleFile.requireWritable(path, given: path) }
        #expect(failure?.status == status)
      }
      let failure = #expect(throws: Failure.self) { try BundleFile.requireWritable(directory + "/-", given: "-") }
      #expect(failure?.status == .usage)
    }
  }

  @Test("cut off anywhere it is refused")
  func truncated() async throws {
    try await withDirectory { directory in
      try await write(directory + "/b.tar", image: Array(repeating: 7, count: 700), packages: nil)
      let whole = Array(try #require(FileManager.default.contents(atPath: directory + "/b.tar")))
      // A block of zeros less than the two at the end is still an end.
      for length in stride(from: 0, through: whole.count - 2 * 512, by: 97) {
        try Data(whole.prefix(length)).write(to: URL(filePath: directory + "/c.tar"))
        let failure = await #expect(throws: Failure.self) { try await read(directory + "/c.tar") }
        #expect(failure?.status == .badInput, "\(length)")
      }
    }
  }

  @Test("altered anywhere but in the filling it is refused, and a changed member is named")
  func altered() async throws {
    try await withDirectory { directory in
      try await write(directory + "/b.tar", image: Array(repeating: 7, count: 700), packages: [9])
      let whole = Array(try #require(FileManager.default.contents(atPath: directory + "/b.tar")))
      for (offset, member) in [(512, "image.tar"), (512 + 699, "image.tar"), (512 + 1024 + 512, "packages.tar")] {
        var bytes = whole
        bytes[offset] ^= 1
        try Data(bytes).write(to: URL(filePath: directory + "/c.tar"))
        let failure = await #expect(throws: Failure.self) { try await read(directory + "/c.tar") }
        #expect(failure?.cause == "\(member) does not have its checksum")
      }
      for offset in [0, 124, 148, 257] {
        var bytes = whole
        bytes[offset] ^= 1
        try Data(bytes).write(to: URL(filePath: directory + "/c.tar"))
        await #expect(throws: Failure.self) { try await read(directory + "/c.tar") }
      }
    }
  }

  @Test("sizes beyond eight gigabytes have a place in the header", arguments: [0, 511, 1 << 33 - 1, 1 << 33, 1 << 45])
  func header(size: Int64) throws {
    let header = TarHeader(name: "image.tar", size: size)
    #expect(TarHeader(header.bytes) == header && header.bytes.count == 512)
    #expect(TarHeader([UInt8](repeating: 0, count: 512)) == nil)
  }

  @Test("a manifest that is incomplete, of another version or leads out of its directory is refused")
  func badManifest() throws {
    var value = Self.manifest.value
    #expect(try BundleManifest(value) == Self.manifest)
    for key in ["format", "nodeImage", "image", "architecture", "images", "packages"] {
      var broken = value
      broken[key] = .null
      #expect(throws: Failure.self) { try BundleManifest(broken) }
    }
    value["format"] = 2
    #expect(throws: Failure.self) { try BundleManifest(value) }
    for path in ["/etc", "../up", "a/../../b", "a\u{1b}[2J"] {
      var broken = Self.manifest.value
      broken["packages"] = [.string(path)]
      #expect(throws: Failure.self) { try BundleManifest(broken) }
    }
  }
}
