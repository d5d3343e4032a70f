/// The largest archive that is unpacked.
public struct ExtractionLimits: Sendable, Hashable {
  /// Sum of the content of all files, in bytes. Holes of sparse files count.
  public var totalBytes: Int64
  /// Number of entries.
  public var entries: Int
  /// Components in one path.
  public var depth: Int

  /// Limits that no ordinary archive reaches: 16 GiB, a million entries, 64 levels.
  public init(totalBytes: Int64 = 16 << 30, entries: Int = 1_000_000, depth: Int = 64) {
    self.totalBytes = totalBytes
    self.entries = entries
    self.depth = depth
  }
}
