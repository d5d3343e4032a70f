public import Diagnostics
import HTTP

extension KubernetesClient {
  /// The server's clock, by the Date field of an answer (RFC 9110 §6.6.1).
  ///
  /// - Parameter deadline: When to give up.
  /// - Returns: Seconds since 1970; nil if the server does not say.
  /// - Throws: `HTTPError` without an answer, `CancellationError`.
  public func serverTime(deadline: Deadline) async throws -> Int64? {
    let call = Call(path: "/version", operation: "read the server's clock")
    let response = try await http.send(request(call), deadline: deadline)
    _ = try await response.collect(limit: 1 << 20)
    return response.headers["Date"].flatMap { HTTPDate.seconds($0) }
  }
}

/// Moments as HTTP writes them.
enum HTTPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Reads `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7, IMF-fixdate).
  ///
  /// - Parameter text: The field's value.
  /// - Returns: Seconds since 1970; nil if it is no such date.
  static func seconds(_ text: String) -> Int64? {
    let parts = text.split { $0 == " " || $0 == "," || $0 == ":" }
    guard parts.count == 8, parts[7] == "GMT", let day = Int64(parts[1]),
      let month = months.firstIndex(of: String(parts[2])),
      let year = Int64(parts[3]), let hour = Int64(parts[4]), let minute = Int64(parts[5]),
      let second = Int64(parts[6]),
      (1...31).contains(day), (1970...9999).contains(year)
    else { return nil }
    return daysSince1970(year, Int64(month) + 1, day) * 86_400 + hour * 3600 + minute * 60 + second
  }

  /// Days between 1970-01-01 and a day of the Gregorian calendar, counted in years that begin in March, so that the leap
  /// day is the last of its year.
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * monthFromMarch + 2) / 5 + day - 1
      - 719_468
  }
}
