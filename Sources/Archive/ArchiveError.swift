public import Diagnostics

/// An archive cannot be read, written or unpacked.
public struct ArchiveError: ExplainedError, Hashable {
  /// What kind of fault it is.
  public enum Code: Sendable, Hashable {
    /// The bytes end before the archive does: inside a header, inside a file, or without the end-of-archive marker.
    case truncated
    /// The bytes are no tar archive, or a damaged one.
    case malformed
    /// An entry's path or link leaves the directory, or goes through a link.
    case unsafePath
    /// An entry is of a kind that is never unpacked: a device, a FIFO, a socket.
    case unsupportedEntry
    /// The archive is larger than the caller allows.
    case limitExceeded
    /// The operating system refused to read or write a file.
    case inputOutput
    /// libarchive lacks something that was asked for, or ran out of memory.
    case unavailable
  }

  /// What kind of fault it is.
  public let code: Code
  /// What was being done, with the entry it concerns: `read entry etc/hosts`.
  public let operation: String
  /// The cause in the words of libarchive or of the operating system.
  public let message: String

  /// Describes a fault; see the properties.
  public init(_ code: Code, _ operation: String, _ message: String) {
    self.code = code
    self.operation = operation
    self.message = message
  }

  /// The operation and the cause.
  public var description: String { "\(operation): \(message)" }
  /// Bad data, or reading and writing that failed.
  public var exitStatus: ExitStatus {
    switch code {
    case .truncated, .malformed, .unsafePath, .unsupportedEntry, .limitExceeded: .badInput
    case .inputOutput: .inputOutput
    case .unavailable: .internalError
    }
  }
}
