import Glibc

/// The current time as the API writes it (RFC 3339, UTC, whole seconds).
public func timestamp() -> String { timestamp(of: time(nil)) }

func timestamp(of seconds: time_t) -> String {
  var moment = seconds
  var parts = tm()
  gmtime_r(&moment, &parts)
  func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
    + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))Z"
}

/// A random UUID, version 4 (RFC 9562).
func makeUID() -> String {
  var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
  bytes[6] = bytes[6] & 0x0f | 0x40
  bytes[8] = bytes[8] & 0x3f | 0x80
  var text = ""
  for (index, byte) in bytes.enumerated() {
    if [4, 6, 8, 10].contains(index) { text += "-" }
    text += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
  }
  return text
}

/// The suffix for `generateName`, from the alphabet of k8s.io/apimachinery `pkg/util/rand`.
public func randomSuffix(_ count: Int = 5) -> String {
  let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
  return String((0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
}
