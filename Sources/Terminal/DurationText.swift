extension Duration {
  /// The span for people: `0.3 s`, `9.8 s`, `12 s`, `1 min 05 s`, `2 h 00 min`.
  public var text: String {
    let (seconds, attoseconds) = components
    let tenths = seconds * 10 + attoseconds / 100_000_000_000_000_000
    switch seconds {
    case ..<10: return "\(tenths / 10).\(tenths % 10) s"
    case ..<60: return "\(seconds) s"
    case ..<3600: return "\(seconds / 60) min \(twoDigits(seconds % 60)) s"
    default: return "\(seconds / 3600) h \(twoDigits(seconds / 60 % 60)) min"
    }
  }

  /// The span while it still grows: as ``text``, but in whole seconds so that it does not flicker.
  public var runningText: String { components.seconds < 10 ? "\(components.seconds) s" : text }
}

private func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
