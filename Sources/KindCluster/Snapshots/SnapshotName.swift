public import Diagnostics

/// The name of a snapshot, checked: it becomes part of an image's tag and a volume's name.
public struct SnapshotName: Sendable, Hashable, CustomStringConvertible {
  /// The name as given.
  public let text: String

  /// The longest name that leaves room for a cluster's in a tag of 128 characters
  /// (distribution/reference, `reference.go`).
  public static let maximumLength = 63

  /// Checks a name.
  ///
  /// - Parameter text: The name, for instance from the command line.
  /// - Throws: `Failure` that says what a name may have.
  public init(_ text: String) throws(Failure) {
    let isAllowed = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    let edges = [text.first, text.last]
    if text.isEmpty || !isAllowed || text.utf8.count > Self.maximumLength || edges.contains("-") || edges.contains(".")
    {
      throw Failure(
        "'\(text)' is not a name for a snapshot",
        cause: "a name has lower-case letters, digits, '-' and '.', starts and ends with a letter or digit, and is at "
          + "most \(Self.maximumLength) characters long", remedy: "give another name", status: .usage)
    }
    self.text = text
  }

  /// The name for a snapshot that was given none.
  ///
  /// - Parameter time: When it is saved, RFC 3339 in UTC: `2026-08-21T10:15:00Z` gives `20260821-101500`.
  /// - Throws: `Failure` if this is no such time.
  public init(savedAt time: String) throws(Failure) {
    let parts = time.prefix(19).split(separator: "T")
    let digits = parts.map { $0.filter(\.isNumber) }
    try self.init(digits.joined(separator: "-"))
  }

  /// The name as given.
  public var description: String { text }
}
