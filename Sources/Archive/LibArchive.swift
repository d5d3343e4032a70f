import CArchive
import Glibc

/// What all uses of libarchive share: its locale, its constants and its errors.
enum LibArchive {
  /// File type bits of an entry (`archive_entry.h`, `AE_IF…`; macros with a cast, which Swift does not import).
  enum FileType {
    static let mask: UInt32 = 0o170000
    static let regular: UInt32 = 0o100000
    static let symbolicLink: UInt32 = 0o120000
    static let directory: UInt32 = 0o040000
  }

  /// A locale whose character set is UTF-8, built into glibc since 2.35; zero where it is missing.
  ///
  /// libarchive converts path names from and to the character set of the calling thread's locale. The program runs in
  /// the "C" locale, in which every name beyond ASCII would be refused.
  private static nonisolated(unsafe) let utf8Locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)  // Set once, then read.

  /// Runs `body` with UTF-8 as the character set of this thread.
  static func withUTF8<Result>(_ body: () throws(ArchiveError) -> Result) throws(ArchiveError) -> Result {
    guard let utf8Locale else { return try body() }
    let previous = uselocale(utf8Locale)
    defer { _ = uselocale(previous) }
    return try body()
  }

  /// Throws if a code tells of failure. A warning is one: names that cannot be kept exactly are not kept at all.
  static func check(
    _ code: Int32, _ archive: OpaquePointer, _ operation: @autoclosure () -> String, as kind: ArchiveError.Code
  ) throws(ArchiveError) {
    guard code == ARCHIVE_OK else { throw error(archive, operation(), as: kind) }
  }

  /// The last error of an archive, with libarchive's own message.
  static func error(_ archive: OpaquePointer, _ operation: String, as kind: ArchiveError.Code) -> ArchiveError {
    let message = archive_error_string(archive).map { String(cString: $0) } ?? "libarchive gives no reason"
    let truncated = message.contains("runcated")  // libarchive has no code of its own for it.
    return ArchiveError(truncated ? .truncated : kind, operation, message)
  }

  /// The operating system's text for the current `errno`.
  static func systemMessage(_ number: Int32 = errno) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
  }
}

/// A file descriptor that is closed once.
struct Descriptor: ~Copyable {
  let number: Int32

  init(_ number: Int32) { self.number = number }

  deinit { close(number) }
}
