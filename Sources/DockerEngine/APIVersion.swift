/// A version of the Engine API, `1.41`.
public struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The part before the dot.
  public let major: Int
  /// The part after the dot.
  public let minor: Int

  /// The oldest version that is supported, that of Docker Engine 20.10
  /// (<https://docs.docker.com/reference/api/engine/#api-version-matrix>).
  public static let oldest = APIVersion(1, 41)
  /// The newest version whose changes were looked at, that of Docker Engine 28.3; newer engines are spoken to in it.
  public static let newest = APIVersion(1, 51)

  /// A version from its parts.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `1.41`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]), major >= 0, minor >= 0 else {
      return nil
    }
    self.init(major, minor)
  }

  /// `1.41`
  public var description: String { "\(major).\(minor)" }

  /// Older versions come first.
  public static func < (left: APIVersion, right: APIVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
