import Glibc

/// Unpacks entries below a directory with `openat`, so that no link on the way is ever followed.
///
/// Blocking; runs on the reader's queue.
struct Extraction: ~Copyable {
  private let root: Descriptor
  private let limits: ExtractionLimits
  private var bytes: Int64 = 0
  private var entries = 0

  private init(root: consuming Descriptor, limits: ExtractionLimits) {
    self.root = root
    self.limits = limits
  }

  /// Unpacks into a new directory beside `directory` and moves that into place at the end.
  static func run(_ source: TarSource, to directory: String, limits: ExtractionLimits) throws(ArchiveError) {
    var destination = directory
    while destination.count > 1, destination.hasSuffix("/") { destination.removeLast() }
    var template = Array("\(destination).partial-XXXXXX".utf8CString)
    guard template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap(mkdtemp) }) != nil else {
      throw ArchiveError(.inputOutput, "create a directory beside \(destination)", LibArchive.systemMessage())
    }
    let staging = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    do throws(ArchiveError) {
      let number = open(staging, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard number >= 0 else { throw ArchiveError(.inputOutput, "open \(staging)", LibArchive.systemMessage()) }
      _ = fchmod(number, 0o755)
      var extraction = Extraction(root: Descriptor(number), limits: limits)
      while let entry = try source.next() { try extraction.unpack(entry, from: source) }
      // Before the directory is there: whoever gets an error must not find one.
      guard source.drain() else { throw ArchiveError(.inputOutput, "read archive", "its source failed") }
      guard rename(staging, destination) == 0 else {
        throw ArchiveError(.inputOutput, "move into place as \(destination)", LibArchive.systemMessage())
      }
    } catch {
      DirectoryRemoval.remove(staging)
      throw error
    }
  }

  private mutating func unpack(_ entry: TarEntry, from source: TarSource) throws(ArchiveError) {
    entries += 1
    guard entries <= limits.entries else {
      throw ArchiveError(.limitExceeded, "unpack \(entry.path)", "there are more than \(limits.entries) entries")
    }
    let path = try SafePath(entry.path, depth: limits.depth)
    guard let name = path.components.last else { return }  // The directory itself: "./".
    let parent = try openParent(path, of: entry)
    switch entry.kind {
    case .directory:
      guard mkdirat(parent.number, name, mode_t(entry.mode & 0o777 | 0o700)) == 0 || isDirectory(name, in: parent)
      else {
        throw failure(entry)
      }
    case .file: try unpackFile(entry, name, in: parent, from: source)
    case .symbolicLink(let target):
      guard path.allowsLink(to: target) else {
        throw ArchiveError(.unsafePath, "unpack \(entry.path)", "the link to \(target) leads out of the directory")
      }
      guard symlinkat(target, parent.number, name) == 0 else { throw failure(entry) }
    case .hardLink(let target):
      let targetPath = try SafePath(target, depth: limits.depth)
      guard let targetName = targetPath.components.last else {
        throw ArchiveError(.unsafePath, "unpack \(entry.path)", "a hard link to the directory itself")
      }
      let targetParent = try openParent(targetPath, of: entry)
      guard linkat(targetParent.number, targetName, parent.number, name, 0) == 0 else { throw failure(entry) }
    case .special:
      throw ArchiveError(.unsupportedEntry, "unpack \(entry.path)", "devices, FIFOs and sockets are not unpacked")
    }
  }

  private mutating func unpackFile(
    _ entry: TarEntry, _ name: String, in parent: borrowing Descriptor, from source: TarSource
  ) throws(ArchiveError) {
    guard entry.size <= limits.totalBytes - bytes else { throw tooLarge(entry) }
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let number = openat(parent.number, name, flags, mode_t(entry.mode & 0o777))
    guard number >= 0 else { throw failure(entry) }
    let file = Descriptor(number)
    while let piece = try source.read(of: entry.path) {
      bytes += Int64(piece.count)
      guard bytes <= limits.totalBytes else { throw tooLarge(entry) }
      try Self.write(piece, to: file, entry)
    }
    let time = timespec(tv_sec: time_t(entry.modified), tv_nsec: 0)
    _ = futimens(file.number, [time, time])  // A file system without times is no reason to fail.
  }

  /// Opens the directory that holds the last component, making directories that are missing on the way.
  private func openParent(_ path: SafePath, of entry: TarEntry) throws(ArchiveError) -> Descriptor {
    var parent = dup(root.number)
    for component in path.components.dropLast() {
      let current = Descriptor(parent)
      parent = openat(current.number, component, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if parent < 0, errno == ENOENT, mkdirat(current.number, component, 0o755) == 0 {
        parent = openat(current.number, component, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      }
      if parent < 0, errno == ELOOP || errno == ENOTDIR {
        throw ArchiveError(.unsafePath, "unpack \(entry.path)", "\(component) is not a directory")
      }
      if parent < 0 { throw failure(entry) }
    }
    if parent < 0 { throw failure(entry) }
    return Descriptor(parent)
  }

  private func isDirectory(_ name: String, in parent: borrowing Descriptor) -> Bool {
    var status = stat()
    return errno == EEXIST && fstatat(parent.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0
      && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func write(
    _ piece: [UInt8], to file: borrowing Descriptor, _ entry: TarEntry
  ) throws(ArchiveError) {
    var rest = piece[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw ArchiveError(.inputOutput, "unpack \(entry.path)", LibArchive.systemMessage())
      }
      rest = rest.dropFirst(count)
    }
  }

  private func failure(_ entry: TarEntry) -> ArchiveError {
    let number = errno
    let code: ArchiveError.Code = number == EEXIST ? .malformed : .inputOutput
    return ArchiveError(code, "unpack \(entry.path)", LibArchive.systemMessage(number))
  }

  private func tooLarge(_ entry: TarEntry) -> ArchiveError {
    ArchiveError(.limitExceeded, "unpack \(entry.path)", "the files have more than \(limits.totalBytes) bytes")
  }
}
