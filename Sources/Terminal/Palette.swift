/// When to use colour.
public enum ColorMode: String, Sendable, CaseIterable {
  /// On a terminal that can, unless `NO_COLOR` is set.
  case auto
  /// In pipes and files too.
  case always
  /// Never.
  case never

  /// Whether to use colour.
  ///
  /// - Parameters:
  ///   - isTerminal: Whether the output is a terminal.
  ///   - environment: Looked up for `NO_COLOR` (https://no-color.org: any value but the empty one) and `TERM`.
  /// - Returns: True for colour.
  public func isOn(isTerminal: Bool, environment: [String: String]) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto: isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }
  }
}

/// Colours by meaning, as ECMA-48 "select graphic rendition" sequences; without colour, the plain text.
public struct Palette: Sendable, Hashable {
  /// What a colour is used for.
  public enum Role: String, Sendable {
    /// Done, healthy: green.
    case good = "32"
    /// Failed: bold red.
    case bad = "1;31"
    /// Worth a look: yellow.
    case caution = "33"
    /// At work: cyan.
    case active = "36"
    /// Less important: dim.
    case faint = "2"
    /// A heading: bold.
    case strong = "1"
  }

  private let isOn: Bool

  /// With or without colour.
  public init(isOn: Bool) { self.isOn = isOn }

  /// Without colour.
  public static let plain = Palette(isOn: false)

  /// The text in a colour.
  public func paint(_ text: String, _ role: Role) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
  }
}
