import COpenSSL  // an optimised build finds the members of `tm` in this module
import Glibc

/// A moment in whole seconds since 1970-01-01 00:00:00 UTC, as certificates know it.
public struct UnixTime: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Seconds since 1970-01-01 UTC; negative before.
  public var seconds: Int64

  /// A moment given in seconds.
  public init(seconds: Int64) { self.seconds = seconds }

  /// This moment by the system's clock.
  public static var now: UnixTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UnixTime(seconds: Int64(time.tv_sec))
  }

  /// The moment that lies `duration` later; fractions of a second are dropped.
  public static func + (time: UnixTime, duration: Duration) -> UnixTime {
    UnixTime(seconds: time.seconds + duration.components.seconds)
  }

  /// The time from the second moment to the first.
  public static func - (later: UnixTime, earlier: UnixTime) -> Duration { .seconds(later.seconds - earlier.seconds) }

  /// Orders by time.
  public static func < (left: UnixTime, right: UnixTime) -> Bool { left.seconds < right.seconds }

  /// The moment in UTC as RFC 3339 writes it: `2026-11-21T11:30:00Z`.
  public var description: String {
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let date = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
    return "\(date)T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
  }
}
