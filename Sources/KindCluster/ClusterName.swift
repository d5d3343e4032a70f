public import Diagnostics

/// The name of a cluster, checked: it becomes part of container and host names.
///
/// Source of the pattern: kind `pkg/internal/apis/config/validate.go` (`^[a-z0-9.-]+$`); the limit keeps
/// `<name>-control-plane` within the 63 characters of a host name (RFC 1123).
public struct ClusterName: Sendable, Hashable, CustomStringConvertible {
  /// The name as given.
  public let text: String

  /// The longest name whose node host names stay legal.
  public static let maximumLength = 63 - "-control-plane".count

  /// Checks a name.
  ///
  /// - Parameter text: The name, for instance from `--name`.
  /// - Throws: ``Diagnostics/Failure`` that says which rule is broken.
  public init(_ text: String) throws(Failure) {
    let allowed = text.unicodeScalars.allSatisfy { scalar in
      ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "." || scalar == "-"
    }
    let edges = [text.first, text.last]
    if text.isEmpty || !allowed || edges.contains("-") || edges.contains(".") {
      throw Failure(
        "'\(text)' is not a cluster name",
        cause: "a name has lower-case letters, digits, '-' and '.', and starts and ends with a letter or digit",
        remedy: "give another --name", status: .usage)
    }
    if text.utf8.count > Self.maximumLength {
      throw Failure(
        "the cluster name '\(text)' is too long",
        cause: "it has \(text.utf8.count) characters; the node's host name leaves room for \(Self.maximumLength)",
        remedy: "give a shorter --name", status: .usage)
    }
    self.text = text
  }

  /// The name as given.
  public var description: String { text }

  /// The container and host name of a node, as kind numbers them: the first of a role has no number.
  ///
  /// - Parameters:
  ///   - role: The node's role.
  ///   - index: Zero for the first node of this role.
  /// - Returns: For instance `localdev-worker2`.
  public func node(_ role: NodeRole, _ index: Int = 0) -> String {
    "\(text)-\(role.rawValue)\(index == 0 ? "" : String(index + 1))"
  }
}
