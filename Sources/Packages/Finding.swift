public import Diagnostics
public import Documents

/// Something that a check of packages found, with its place.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
  /// How bad it is.
  public enum Severity: String, Sendable, Hashable {
    /// The package cannot be installed.
    case error
    /// It can, but perhaps not with the result that was meant.
    case warning
  }

  /// How bad it is.
  public let severity: Severity
  /// What was found, with the file (or the package) and the place in it.
  public let fault: DocumentError
  /// The exit code if nothing else is wrong.
  public let status: ExitStatus

  /// An error.
  static func error(_ fault: DocumentError, status: ExitStatus = .badInput) -> Finding {
    Finding(severity: .error, fault: fault, status: status)
  }

  /// A warning.
  static func warning(_ fault: DocumentError) -> Finding {
    Finding(severity: .warning, fault: fault, status: .success)
  }

  /// `file:line:column: message`, with `warning: ` before the message of a warning.
  public var description: String {
    guard severity == .warning else { return fault.description }
    var marked = fault
    marked.message = "warning: \(fault.message)"
    return marked.description
  }
}
