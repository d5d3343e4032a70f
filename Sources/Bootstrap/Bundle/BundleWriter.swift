import Certificates
import Diagnostics
import Documents

/// Writes a bundle: a tar archive whose last members are a manifest with the checksums of the others, and the manifest's
/// own checksum. The content of members is not kept in memory.
struct BundleWriter {
  private let file: BundleFile
  private var offset: Int64 = 0
  /// The members so far.
  private(set) var members: [BundleManifest.Member] = []

  /// Starts at the beginning of a file.
  init(_ file: BundleFile) { self.file = file }

  /// Adds a member of unknown length.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - chunks: Its content, read once.
  ///   - progress: Told how many bytes of it have been written.
  /// - Throws: `Failure`, and what reading throws.
  mutating func add<Chunks: AsyncSequence>(
    _ name: String, _ chunks: Chunks, progress: (Int64) -> Void = { _ in }
  ) async throws where Chunks.Element == [UInt8] {
    let start = offset
    offset += Int64(TarHeader.blockSize)
    var size: Int64 = 0
    var sum = try DigestStream()
    for try await chunk in chunks {
      try sum.update(chunk)
      try await file.write(chunk, at: offset)
      offset += Int64(chunk.count)
      size += Int64(chunk.count)
      progress(size)
    }
    let header = TarHeader(name: name, size: size)
    try await file.write([UInt8](repeating: 0, count: Int(header.paddedSize - size)), at: offset)
    offset += header.paddedSize - size
    try await file.write(header.bytes, at: start)
    members.append(.init(name: name, size: size, sha256: try sum.finish().hex))
  }

  /// Adds the manifest, its checksum and the end of the archive.
  ///
  /// - Parameter manifest: Without its members.
  /// - Throws: `Failure`.
  mutating func finish(_ manifest: BundleManifest) async throws {
    var manifest = manifest
    manifest.members = members
    let text = JSON.serialize(manifest.value, pretty: true)
    try await add(BundleManifest.manifestMember, Once(text))
    let sum = try Digest.sha256(of: text).hex
    try await add(BundleManifest.checksumMember, Once(Array("\(sum)  \(BundleManifest.manifestMember)\n".utf8)))
    try await file.write([UInt8](repeating: 0, count: 2 * TarHeader.blockSize), at: offset)
  }
}

/// One chunk.
private struct Once: AsyncSequence {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func makeAsyncIterator() -> Iterator { Iterator(bytes: bytes) }

  struct Iterator: AsyncIteratorProtocol {
    var bytes: [UInt8]?

    mutating func next() async -> [UInt8]? { bytes.take() }
  }
}
