import CArchive

/// The libarchive reader behind ``TarReader``: blocking, fed through a ``ChunkFeed``.
///
/// `@unchecked Sendable`: after `init` it is used by jobs on the reader's serial queue only, one after the other.
final class TarSource: @unchecked Sendable {
  private let feed: ChunkFeed
  private var archive: OpaquePointer?
  private var isOpen = false
  private var ended = false
  /// The chunk libarchive is looking at; it keeps the pointer until it asks for the next one.
  private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 1)

  init(feed: ChunkFeed) { self.feed = feed }

  deinit {
    if let archive { archive_read_free(archive) }
    buffer.deallocate()
  }

  /// The next entry; what is left of the previous one is skipped. Nil after the end-of-archive marker.
  func next() throws(ArchiveError) -> TarEntry? {
    try LibArchive.withUTF8 { () throws(ArchiveError) in
      if ended { return nil }
      let archive = try opened()
      var header: OpaquePointer?
      let code = archive_read_next_header(archive, &header)
      if code == ARCHIVE_EOF {
        try requireEndMarker(archive)
        ended = true
        return nil
      }
      guard code == ARCHIVE_OK, let header else {
        throw LibArchive.error(archive, "read archive", as: .malformed)
      }
      return try Self.entry(header)
    }
  }

  /// The next piece of the current entry's content, at most `limit` bytes; nil after the last one.
  func read(_ limit: Int = 256 * 1024, of path: String) throws(ArchiveError) -> [UInt8]? {
    try LibArchive.withUTF8 { () throws(ArchiveError) in
      guard let archive, !ended else { return nil }
      var result: la_ssize_t = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        result = archive_read_data(archive, buffer.baseAddress, limit)
        count = max(0, Int(result))
      }
      guard result >= 0 else { throw LibArchive.error(archive, "read entry \(path)", as: .malformed) }
      return bytes.isEmpty ? nil : bytes
    }
  }

  /// Takes what the source still has after the end of the archive (padding), so that a connection can be used again.
  ///
  /// - Returns: Whether the source came to its end; false if it failed, or its reader was cancelled.
  @discardableResult
  func drain() -> Bool {
    while true {
      switch feed.wait() {
      case .chunk: continue
      case .end: return true
      case .failed: return false
      }
    }
  }

  private func opened() throws(ArchiveError) -> OpaquePointer {
    if let archive, isOpen { return archive }
    guard archive == nil, let made = archive_read_new() else {
      throw ArchiveError(.unavailable, "read archive", "the archive could not be opened")
    }
    archive = made
    try LibArchive.check(archive_read_support_format_tar(made), made, "read archive", as: .unavailable)
    // A warning from these means that an external program would be started instead of the library: an error here.
    try LibArchive.check(archive_read_support_filter_gzip(made), made, "read archive", as: .unavailable)
    try LibArchive.check(archive_read_support_filter_zstd(made), made, "read archive", as: .unavailable)
    let client = Unmanaged.passUnretained(self).toOpaque()  // The archive never outlives its owner, self.
    let code = archive_read_open(
      made, client, nil,
      { archive, client, bytes in
        guard let client, let bytes else { return -1 }
        return Unmanaged<TarSource>.fromOpaque(client).takeUnretainedValue().refill(archive, bytes)
      }, nil)
    try LibArchive.check(code, made, "read archive", as: .malformed)
    isOpen = true
    return made
  }

  private func refill(_ archive: OpaquePointer?, _ bytes: UnsafeMutablePointer<UnsafeRawPointer?>) -> la_ssize_t {
    while true {
      switch feed.wait() {
      case .chunk(let chunk) where chunk.isEmpty: continue
      case .chunk(let chunk):
        if buffer.count < chunk.count {
          buffer.deallocate()
          buffer = .allocate(byteCount: chunk.count, alignment: 1)
        }
        buffer.copyBytes(from: chunk)
        bytes.pointee = UnsafeRawPointer(buffer.baseAddress)
        return la_ssize_t(chunk.count)
      case .end: return 0
      case .failed: return -1  // ARCHIVE_FATAL is for returned codes; a negative count is a read error.
      }
    }
  }

  /// libarchive takes the end of the bytes for the end of the archive; the format asks for two blocks of zeros.
  private func requireEndMarker(_ archive: OpaquePointer) throws(ArchiveError) {
    let marker = archive_filter_bytes(archive, 0) - archive_read_header_position(archive)
    guard marker >= 1024 else {
      throw ArchiveError(.truncated, "read archive", "the end-of-archive marker is missing")
    }
  }

  private static func entry(_ header: OpaquePointer) throws(ArchiveError) -> TarEntry {
    let path = try text(archive_entry_pathname(header), "path")
    let type = UInt32(archive_entry_filetype(header))
    let kind: TarEntry.Kind
    if let target = archive_entry_hardlink(header) {
      kind = .hardLink(target: try text(target, "link target of \(path)"))
    } else {
      switch type & LibArchive.FileType.mask {
      case LibArchive.FileType.regular: kind = .file
      case LibArchive.FileType.directory: kind = .directory
      case LibArchive.FileType.symbolicLink:
        kind = .symbolicLink(target: try text(archive_entry_symlink(header), "link target of \(path)"))
      default: kind = .special(type)
      }
    }
    return TarEntry(
      path: path, kind: kind, mode: UInt32(archive_entry_perm(header)), userID: archive_entry_uid(header),
      groupID: archive_entry_gid(header), modified: Int64(archive_entry_mtime(header)),
      size: kind == .file ? archive_entry_size(header) : 0)
  }

  private static func text(_ pointer: UnsafePointer<CChar>?, _ what: String) throws(ArchiveError) -> String {
    guard let pointer, let text = String(validatingCString: pointer) else {
      throw ArchiveError(.malformed, "read archive", "an entry's \(what) is not UTF-8 text")
    }
    return text
  }
}
