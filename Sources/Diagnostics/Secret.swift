/// A text that must not be shown: a password, a token, a private key.
///
/// Descriptions, string interpolation and mirrors give a placeholder, so that it cannot slip into a log or an error;
/// the text is had only by asking for it by name.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text itself. Hand it to the one API that needs it and keep no copy.
  public let revealed: String

  /// Wraps a secret text.
  public init(_ text: String) { revealed = text }

  /// A placeholder of constant length.
  public var description: String { "‹secret›" }
  /// A placeholder of constant length.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
