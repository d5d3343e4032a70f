import Certificates
import Diagnostics
import Documents

/// Reads a bundle, everything of it, before anything of it is used.
struct BundleReader {
  private static let chunkSize = 1 << 20
  /// The largest manifest that is read, in bytes.
  private static let manifestLimit: Int64 = 8 << 20

  /// What the bundle says about itself.
  let manifest: BundleManifest
  private let file: BundleFile
  private let offsets: [String: Int64]

  /// Reads and checks a whole bundle.
  ///
  /// - Parameters:
  ///   - file: The file; what is read later is read from the same open file.
  ///   - progress: Told how many bytes have been checked.
  /// - Throws: `Failure` that names the member which is cut off, altered, missing or unknown.
  init(_ file: BundleFile, progress: (Int64) -> Void) async throws {
    self.file = file
    var offset: Int64 = 0
    var offsets: [String: Int64] = [:]
    var members: [BundleManifest.Member] = []
    while true {
      let block = try await file.read(at: offset, count: TarHeader.blockSize)
      guard block.count == TarHeader.blockSize else {
        throw Self.cutOff(file, "behind \(members.last?.name ?? "nothing")")
      }
      if block.allSatisfy({ $0 == 0 }) { break }
      guard let header = TarHeader(block) else {
        throw members.isEmpty
          ? Failure("\(file.path) is not a bundle of idpbuilder", status: .badInput)
          : Self.damaged(file, "what follows \(members.last?.name ?? "") is not a member")
      }
      offset += Int64(TarHeader.blockSize)
      guard offsets.updateValue(offset, forKey: header.name) == nil else {
        throw Self.damaged(file, "\(header.name) stands in it twice")
      }
      var sum = try DigestStream()
      var left = header.size
      while left > 0 {
        let chunk = try await file.read(at: offset, count: Int(min(left, Int64(Self.chunkSize))))
        if chunk.isEmpty { throw Self.cutOff(file, "in \(header.name)") }
        try sum.update(chunk)
        offset += Int64(chunk.count)
        left -= Int64(chunk.count)
        progress(offset)
      }
      offset += header.paddedSize - header.size
      members.append(.init(name: header.name, size: header.size, sha256: try sum.finish().hex))
    }
    self.offsets = offsets
    manifest = try await Self.check(members, file, offsets)
  }

  /// The content of a member.
  ///
  /// - Parameter name: Its name.
  /// - Returns: Chunks; nil if the bundle has no such member.
  func content(of name: String) -> FileChunks? {
    guard let offset = offsets[name], let member = manifest.members.first(where: { $0.name == name }) else {
      return nil
    }
    return FileChunks(file: file, offset: offset, size: member.size, chunkSize: Self.chunkSize)
  }

  private static func check(
    _ members: [BundleManifest.Member], _ file: BundleFile, _ offsets: [String: Int64]
  ) async throws -> BundleManifest {
    guard members.count >= 3, let manifestMember = members.dropLast().last,
      manifestMember.name == BundleManifest.manifestMember, members.last?.name == BundleManifest.checksumMember,
      manifestMember.size <= manifestLimit, let offset = offsets[manifestMember.name],
      let checksumOffset = offsets[BundleManifest.checksumMember]
    else { throw damaged(file, "\(BundleManifest.manifestMember) is missing") }
    let written = try await file.read(at: checksumOffset, count: 64)
    guard written.elementsEqual(manifestMember.sha256.utf8) else { throw altered(file, manifestMember.name) }
    let text = try await file.read(at: offset, count: Int(manifestMember.size))
    let manifest = try BundleManifest(JSON.parse(text))
    let found = members.dropLast(2)
    for member in manifest.members {
      guard let twin = found.first(where: { $0.name == member.name }) else {
        throw damaged(file, "\(member.name) is missing")
      }
      guard twin == member else { throw altered(file, member.name) }
    }
    if let stranger = found.first(where: { !manifest.members.contains($0) }) {
      throw damaged(file, "\(stranger.name) does not belong to it")
    }
    guard found.first?.name == BundleManifest.imageMember else {
      throw damaged(file, "\(BundleManifest.imageMember) is missing")
    }
    return manifest
  }

  private static let remedy = "copy it again, or save it again; nothing was loaded"

  private static func cutOff(_ file: BundleFile, _ place: String) -> Failure {
    Failure("the bundle \(file.path) is cut off", cause: "it ends \(place)", remedy: remedy, status: .badInput)
  }

  private static func altered(_ file: BundleFile, _ member: String) -> Failure {
    damaged(file, "\(member) does not have its checksum")
  }

  private static func damaged(_ file: BundleFile, _ cause: String) -> Failure {
    Failure("the bundle \(file.path) is damaged", cause: cause, remedy: remedy, status: .badInput)
  }
}

/// A part of a file.
struct FileChunks: AsyncSequence, Sendable {
  let file: BundleFile
  let offset: Int64
  let size: Int64
  let chunkSize: Int

  func makeAsyncIterator() -> Iterator { Iterator(chunks: self) }

  struct Iterator: AsyncIteratorProtocol {
    let chunks: FileChunks
    var done: Int64 = 0

    mutating func next() async throws -> [UInt8]? {
      let left = chunks.size - done
      guard left > 0 else { return nil }
      let bytes = try await chunks.file.read(
        at: chunks.offset + done, count: Int(Swift.min(left, Int64(chunks.chunkSize))))
      guard !bytes.isEmpty else {
        throw Diagnostics.Failure(
          "the file \(chunks.file.path) has been changed while it was read", status: .inputOutput)
      }
      done += Int64(bytes.count)
      return bytes
    }
  }
}
