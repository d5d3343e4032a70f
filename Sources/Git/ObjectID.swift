import CGit2

/// The name of a Git object: SHA-1 over its type, size and content, as 40 lower-case hex digits.
public struct ObjectID: Sendable, Hashable, CustomStringConvertible {
  /// 40 lower-case hex digits.
  public let hex: String

  /// Reads 40 hex digits; nil for anything else.
  public init?(_ hex: String) {
    guard hex.utf8.count == 40, hex.allSatisfy({ $0.isASCII && $0.isHexDigit }) else { return nil }
    self.hex = hex.lowercased()
  }

  init(_ id: git_oid) {
    var id = id
    let text = [CChar](unsafeUninitializedCapacity: 40) { buffer, count in
      git_oid_fmt(buffer.baseAddress, &id)
      count = 40
    }
    hex = String(decoding: text.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The name in libgit2's form.
  var raw: git_oid {
    var id = git_oid()
    git_oid_fromstr(&id, hex)  // Cannot fail on 40 hex digits.
    return id
  }

  /// 40 lower-case hex digits.
  public var description: String { hex }
}
