/// A file to be committed.
public struct GitFile: Sendable, Hashable {
  /// What an entry of a tree is; the raw value is Git's file mode.
  public enum Mode: UInt32, Sendable, Hashable {
    /// An ordinary file.
    case regular = 0o100644
    /// A file that can be executed.
    case executable = 0o100755
    /// A symbolic link; its content is the target.
    case symbolicLink = 0o120000
  }

  /// Where the content comes from.
  public enum Content: Sendable, Hashable {
    /// From memory.
    case bytes([UInt8])
    /// From a file on disk, read when the tree is built.
    case file(String)
  }

  /// Path from the root of the tree, `/` between components.
  public var path: String
  /// What the entry is.
  public var mode: Mode
  /// Where the content comes from.
  public var content: Content

  /// Describes a file; see the properties.
  public init(_ path: String, mode: Mode = .regular, content: Content) {
    self.path = path
    self.mode = mode
    self.content = content
  }

  /// A file with text.
  public init(_ path: String, text: String, mode: Mode = .regular) {
    self.init(path, mode: mode, content: .bytes(Array(text.utf8)))
  }

  /// A symbolic link.
  public static func symbolicLink(_ path: String, target: String) -> GitFile {
    GitFile(path, mode: .symbolicLink, content: .bytes(Array(target.utf8)))
  }
}

/// Who made a commit, and when.
public struct GitSignature: Sendable, Hashable {
  /// The name; without `<`, `>` and line ends.
  public var name: String
  /// The address; without `<`, `>` and line ends.
  public var email: String
  /// Seconds since 1970-01-01 UTC.
  public var time: Int64
  /// The author's distance from UTC in minutes, for display only.
  public var offset: Int32

  /// Describes an author; see the properties.
  public init(name: String, email: String, time: Int64, offset: Int32 = 0) {
    self.name = name
    self.email = email
    self.time = time
    self.offset = offset
  }
}
