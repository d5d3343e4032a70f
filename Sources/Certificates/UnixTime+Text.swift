import COpenSSL  // an optimised build finds the members of `tm` in this module
import Glibc

extension UnixTime {
  /// Reads a moment as RFC 3339 writes it: `2026-11-21T11:30:00Z`, with any fraction of a second (dropped) and offset.
  ///
  /// - Parameter text: The moment.
  public init?(_ text: String) {
    let parts = text.split(separator: "T", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) }
    let clock = parts[1].prefix { $0.isNumber || $0 == ":" }
    let time = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int32($0) }
    guard date.count == 3, time.count == 3, let year = date[0], let month = date[1], let day = date[2],
      let hour = time[0], let minute = time[1], let second = time[2], (1...12).contains(month), (1...31).contains(day),
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    var rest = parts[1].dropFirst(clock.count)
    if rest.first == "." { rest = rest.dropFirst().drop(while: \.isNumber) }
    guard let offset = Self.offset(rest) else { return nil }
    var fields = tm()
    fields.tm_year = year - 1900
    fields.tm_mon = month - 1
    fields.tm_mday = day
    fields.tm_hour = hour
    fields.tm_min = minute
    fields.tm_sec = second
    self.init(seconds: Int64(timegm(&fields)) - offset)
  }

  /// The seconds that a zone is ahead of UTC.
  private static func offset(_ zone: Substring) -> Int64? {
    if zone == "Z" || zone == "z" { return 0 }
    let parts = zone.dropFirst().split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
    guard let sign = zone.first, sign == "+" || sign == "-", parts.count == 2, let hours = parts[0],
      let minutes = parts[1], (0...23).contains(hours), (0...59).contains(minutes)
    else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}
