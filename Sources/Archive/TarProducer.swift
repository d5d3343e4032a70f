import CArchive
import Glibc

/// The libarchive writer behind ``TarWriter``: asked for a chunk, it writes entries until it has one.
///
/// `@unchecked Sendable`: an iterator asks for one chunk at a time and waits for it, so calls never overlap.
final class TarProducer: @unchecked Sendable {
  private static let chunkSize = 256 * 1024

  private var remaining: ArraySlice<TarItem>
  private let compression: TarWriter.Compression
  private var archive: OpaquePointer?
  private var output: [UInt8] = []
  private var current: OpenFile?
  private var finished = false

  private struct OpenFile: ~Copyable {
    let descriptor: Descriptor
    let path: String
    var left: Int64
  }

  init(_ items: [TarItem], _ compression: TarWriter.Compression) {
    remaining = items[...]
    self.compression = compression
  }

  deinit {
    if let archive {
      archive_write_fail(archive)  // Freeing alone would write the end of the archive through the callback.
      archive_write_free(archive)
    }
  }

  /// The next chunk; nil once the archive is complete. After an error there is nothing more.
  func nextChunk() throws(ArchiveError) -> [UInt8]? {
    guard !finished || !output.isEmpty else { return nil }
    try LibArchive.withUTF8 { () throws(ArchiveError) in
      do throws(ArchiveError) {
        let archive = try opened()
        while output.count < Self.chunkSize, !finished { try step(archive) }
      } catch {
        finished = true
        output = []
        throw error
      }
    }
    guard !output.isEmpty else { return nil }
    defer { output = [] }
    return output
  }

  private func opened() throws(ArchiveError) -> OpaquePointer {
    if let archive { return archive }
    guard let made = archive_write_new() else {
      throw ArchiveError(.unavailable, "write archive", "out of memory")
    }
    archive = made
    let operation = "start archive"
    try LibArchive.check(archive_write_set_format_pax_restricted(made), made, operation, as: .unavailable)
    switch compression {
    case .none: try LibArchive.check(archive_write_add_filter_none(made), made, operation, as: .unavailable)
    case .gzip(let level):
      try LibArchive.check(archive_write_add_filter_gzip(made), made, operation, as: .unavailable)
      try option("gzip", "compression-level", "\(level)", made)
      try option("gzip", "timestamp", nil, made)
    case .zstd(let level):
      // A warning means that an external program would be started instead of the library: an error here.
      try LibArchive.check(archive_write_add_filter_zstd(made), made, operation, as: .unavailable)
      try option("zstd", "compression-level", "\(level)", made)
    }
    archive_write_set_bytes_per_block(made, 0)
    let client = Unmanaged.passUnretained(self).toOpaque()  // The archive never outlives its owner, self.
    let code = archive_write_open2(
      made, client, nil,
      { _, client, bytes, count in
        guard let client, let bytes else { return -1 }
        let producer = Unmanaged<TarProducer>.fromOpaque(client).takeUnretainedValue()
        producer.output.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
        return la_ssize_t(count)
      }, nil, nil)
    try LibArchive.check(code, made, operation, as: .unavailable)
    return made
  }

  private func option(
    _ filter: String, _ key: String, _ value: String?, _ archive: OpaquePointer
  ) throws(ArchiveError) {
    let code = archive_write_set_filter_option(archive, filter, key, value)
    try LibArchive.check(code, archive, "set \(filter) \(key) to \(value ?? "nothing")", as: .unavailable)
  }

  private func step(_ archive: OpaquePointer) throws(ArchiveError) {
    if current != nil {
      try copyPiece(archive)
    } else if let item = remaining.popFirst() {
      try start(item, archive)
    } else {
      finished = true
      try LibArchive.check(archive_write_close(archive), archive, "end archive", as: .inputOutput)
    }
  }

  private func start(_ item: TarItem, _ archive: OpaquePointer) throws(ArchiveError) {
    var entry = item.entry
    switch item.content {
    case .bytes(let bytes):
      try writeHeader(entry, archive)
      try write(bytes, of: entry.path, archive)
    case .file(let path):
      let descriptor = Descriptor(open(path, O_RDONLY | O_CLOEXEC))
      var status = stat()
      guard descriptor.number >= 0, fstat(descriptor.number, &status) == 0 else {
        throw ArchiveError(.inputOutput, "read \(path)", LibArchive.systemMessage())
      }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw ArchiveError(.inputOutput, "read \(path)", "not a regular file")
      }
      entry.size = Int64(status.st_size)
      if entry.mode == .max { entry.mode = UInt32(status.st_mode) & 0o7777 }
      if entry.modified == .min { entry.modified = Int64(status.st_mtim.tv_sec) }
      try writeHeader(entry, archive)
      current = OpenFile(descriptor: descriptor, path: path, left: entry.size)
    }
  }

  private func copyPiece(_ archive: OpaquePointer) throws(ArchiveError) {
    guard var file = current.take() else { return }
    guard file.left > 0 else { return }
    let wanted = Int(min(file.left, Int64(Self.chunkSize)))
    let piece = try Self.read(wanted, from: file.descriptor, file.path)
    guard !piece.isEmpty else {
      throw ArchiveError(.inputOutput, "read \(file.path)", "the file became shorter while it was read")
    }
    try write(piece, of: file.path, archive)
    file.left -= Int64(piece.count)
    if file.left > 0 { current = consume file }
  }

  private static func read(
    _ limit: Int, from file: borrowing Descriptor, _ path: String
  ) throws(ArchiveError) -> [UInt8] {
    let number = file.number
    var code: Int32 = 0
    let piece = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      var result = 0
      repeat { result = Glibc.read(number, buffer.baseAddress, limit) } while result < 0 && errno == EINTR
      if result < 0 { code = errno }
      count = max(0, result)
    }
    guard code == 0 else { throw ArchiveError(.inputOutput, "read \(path)", LibArchive.systemMessage(code)) }
    return piece
  }

  private func writeHeader(_ entry: TarEntry, _ archive: OpaquePointer) throws(ArchiveError) {
    guard let header = archive_entry_new() else {
      throw ArchiveError(.unavailable, "write entry \(entry.path)", "out of memory")
    }
    defer { archive_entry_free(header) }
    archive_entry_set_pathname(header, entry.path)
    archive_entry_set_perm(header, mode_t(entry.mode & 0o7777))
    archive_entry_set_uid(header, entry.userID)
    archive_entry_set_gid(header, entry.groupID)
    archive_entry_set_mtime(header, time_t(entry.modified), 0)
    archive_entry_set_size(header, entry.size)
    switch entry.kind {
    case .file: archive_entry_set_filetype(header, LibArchive.FileType.regular)
    case .directory: archive_entry_set_filetype(header, LibArchive.FileType.directory)
    case .symbolicLink(let target):
      archive_entry_set_filetype(header, LibArchive.FileType.symbolicLink)
      archive_entry_set_symlink(header, target)
    case .hardLink(let target):
      archive_entry_set_filetype(header, LibArchive.FileType.regular)
      archive_entry_set_hardlink(header, target)
    case .special:
      throw ArchiveError(.unsupportedEntry, "write entry \(entry.path)", "special files are not archived")
    }
    try LibArchive.check(
      archive_write_header(archive, header), archive, "write entry \(entry.path)", as: .malformed)
  }

  private func write(_ bytes: [UInt8], of path: String, _ archive: OpaquePointer) throws(ArchiveError) {
    guard !bytes.isEmpty else { return }
    let written = bytes.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
    guard written == bytes.count else { throw LibArchive.error(archive, "write \(path)", as: .inputOutput) }
  }
}
