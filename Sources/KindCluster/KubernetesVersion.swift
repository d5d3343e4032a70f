public import Diagnostics

/// A Kubernetes version as found in a node image's `/kind/version`: `v1.36.1`, perhaps with a suffix.
public struct KubernetesVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The text with the leading `v`, as kubeadm wants it.
  public let text: String
  /// The first number.
  public let major: Int
  /// The second number.
  public let minor: Int
  /// The third number.
  public let patch: Int

  /// Reads a version.
  ///
  /// - Parameter text: For instance `v1.36.1` or `v1.37.0-rc.1+abc`.
  /// - Throws: ``Diagnostics/Failure`` if it does not begin with three numbers.
  public init(_ text: String) throws(Failure) {
    let bare = text.hasPrefix("v") ? text.dropFirst() : text[...]
    let core = bare.prefix { $0 != "-" && $0 != "+" }
    let numbers = core.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else {
      throw Failure(
        "'\(text)' is not a Kubernetes version", cause: "it should look like v1.36.1",
        remedy: "use a node image of kind (kindest/node); its file /kind/version holds the version",
        status: .badInput)
    }
    (self.text, self.major, self.minor, self.patch) = ("v" + bare, major, minor, patch)
  }

  /// The text with the leading `v`.
  public var description: String { text }

  /// Orders by the three numbers; suffixes are ignored.
  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
  }

  /// Whether this version is `major.minor` or later.
  public func isAtLeast(_ major: Int, _ minor: Int) -> Bool { (self.major, self.minor) >= (major, minor) }
}
