// Paths as texts, cut by bytes as the kernel does: an accent after a slash would make another character of it, and `../`
// would hide there.
extension StringProtocol {
  /// What stands between the slashes of a path; nothing stands between two of them in a row.
  public var pathParts: [String] {
    utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether a path begins at the root.
  public var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }
}
