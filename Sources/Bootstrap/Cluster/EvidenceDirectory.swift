import Glibc

/// Where the logs of a failed run are saved: a directory that survives the run, under the temporary directory.
enum EvidenceDirectory {
  /// A path that no other run uses, and that nobody can foresee and make first.
  ///
  /// - Parameter cluster: The cluster's name.
  /// - Returns: For instance `/tmp/idpbuilder-localdev-20260821-101500-2718281828`.
  static func path(cluster: String) -> String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    let numbers = [parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec]
    let text = numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }
    let root = getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let (date, hour) = (text[0..<3].joined(), text[3...].joined())
    return "\(root)/idpbuilder-\(cluster)-\(date)-\(hour)-\(UInt32.random(in: .min ... .max))"
  }
}
