import ArgumentParser

/// A span of time on the command line, as Go's tools write it: `90s`, `5m`, `1h30m`, `1.5m`; a bare number is seconds.
struct TimeSpan: ExpressibleByArgument, Hashable {
  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  /// Units after https://pkg.go.dev/time#ParseDuration, those below a millisecond left out.
  private static let units: [String: Duration] = [
    "h": .seconds(3600), "m": .seconds(60), "s": .seconds(1), "ms": .milliseconds(1),
  ]

  init?(argument: String) {
    if let seconds = Double(argument), seconds >= 0, seconds < 1e9 {
      duration = .seconds(seconds)
      return
    }
    var rest = argument[...]
    var sum = Duration.zero
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let number = Double(number), number < 1e9, let unit = Self.units[String(unit)] else { return nil }
      sum += unit * number
    }
    guard !argument.isEmpty else { return nil }
    duration = sum
  }

  var defaultValueDescription: String {
    let seconds = duration.components.seconds
    return seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
  }
}
