/// What a tar archive says about one of its entries.
///
/// Fields and their meaning are those of POSIX.1-2017, `pax`, "ustar Interchange Format".
public struct TarEntry: Sendable, Hashable {
  /// What an entry is.
  public enum Kind: Sendable, Hashable {
    /// A regular file; its bytes follow.
    case file
    /// A directory.
    case directory
    /// A symbolic link and the text it holds.
    case symbolicLink(target: String)
    /// Another name for the entry whose path is `target`.
    case hardLink(target: String)
    /// A device, a FIFO or a socket, named by its file type bits (`S_IFMT`).
    case special(UInt32)
  }

  /// The path as the archive gives it: relative, `/` between components, not checked.
  public var path: String
  /// What the entry is.
  public var kind: Kind
  /// Permission bits with set-id and sticky bits: `0o755`.
  public var mode: UInt32
  /// Numeric owner.
  public var userID: Int64
  /// Numeric group.
  public var groupID: Int64
  /// Modification time in whole seconds since 1970-01-01 UTC.
  public var modified: Int64
  /// Number of content bytes; zero for anything but files.
  public var size: Int64

  /// Describes an entry; see the properties.
  public init(
    path: String, kind: Kind, mode: UInt32, userID: Int64 = 0, groupID: Int64 = 0, modified: Int64 = 0, size: Int64 = 0
  ) {
    self.path = path
    self.kind = kind
    self.mode = mode
    self.userID = userID
    self.groupID = groupID
    self.modified = modified
    self.size = size
  }
}

/// What to put into an archive: an entry, and where its bytes come from.
public struct TarItem: Sendable {
  enum Content: Sendable {
    case bytes([UInt8])
    case file(path: String)
  }

  var entry: TarEntry
  var content: Content

  /// A file with content from memory.
  ///
  /// - Parameters:
  ///   - path: Path in the archive, relative.
  ///   - bytes: The content.
  ///   - mode: Permission bits.
  ///   - userID: Numeric owner.
  ///   - groupID: Numeric group.
  ///   - modified: Seconds since 1970-01-01 UTC; the default keeps archives of equal content equal.
  /// - Returns: The item.
  public static func file(
    _ path: String, bytes: [UInt8], mode: UInt32 = 0o644, userID: Int64 = 0, groupID: Int64 = 0, modified: Int64 = 0
  ) -> TarItem {
    TarItem(
      entry: TarEntry(
        path: path, kind: .file, mode: mode, userID: userID, groupID: groupID, modified: modified,
        size: Int64(bytes.count)),
      content: .bytes(bytes))
  }

  /// A file with text from memory, encoded as UTF-8. Parameters as in ``file(_:bytes:mode:userID:groupID:modified:)``.
  public static func file(
    _ path: String, text: String, mode: UInt32 = 0o644, userID: Int64 = 0, groupID: Int64 = 0, modified: Int64 = 0
  ) -> TarItem {
    file(path, bytes: Array(text.utf8), mode: mode, userID: userID, groupID: groupID, modified: modified)
  }

  /// A file whose content is streamed from disk while the archive is written; never held in memory as a whole.
  ///
  /// - Parameters:
  ///   - path: Path in the archive, relative.
  ///   - file: Path of the file on disk. Opened only when its turn comes.
  ///   - mode: Permission bits; nil takes those of the file.
  ///   - userID: Numeric owner.
  ///   - groupID: Numeric group.
  ///   - modified: Seconds since 1970-01-01 UTC; nil takes that of the file.
  /// - Returns: The item.
  public static func file(
    _ path: String, contentsOf file: String, mode: UInt32? = nil, userID: Int64 = 0, groupID: Int64 = 0,
    modified: Int64? = nil
  ) -> TarItem {
    TarItem(
      entry: TarEntry(
        path: path, kind: .file, mode: mode ?? .max, userID: userID, groupID: groupID, modified: modified ?? .min),
      content: .file(path: file))
  }

  /// A directory. Parameters as in ``file(_:bytes:mode:userID:groupID:modified:)``.
  public static func directory(
    _ path: String, mode: UInt32 = 0o755, userID: Int64 = 0, groupID: Int64 = 0, modified: Int64 = 0
  ) -> TarItem {
    TarItem(
      entry: TarEntry(
        path: path, kind: .directory, mode: mode, userID: userID, groupID: groupID, modified: modified),
      content: .bytes([]))
  }

  /// A symbolic link that holds `target`.
  public static func symbolicLink(_ path: String, target: String, modified: Int64 = 0) -> TarItem {
    TarItem(
      entry: TarEntry(path: path, kind: .symbolicLink(target: target), mode: 0o777, modified: modified),
      content: .bytes([]))
  }

  /// Another name for the entry `target`, which must come earlier in the archive.
  public static func hardLink(_ path: String, target: String) -> TarItem {
    TarItem(entry: TarEntry(path: path, kind: .hardLink(target: target), mode: 0o644), content: .bytes([]))
  }
}
