/// The forms and lengths that Kubernetes allows for names
/// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/, labels: …/labels/).
enum KubernetesName {
  /// The longest name of most objects: a DNS subdomain (RFC 1123).
  static let subdomainLimit = 253
  /// The longest name of a namespace and the longest value of a label: a DNS label.
  static let labelLimit = 63

  /// What is wrong with the name of an object, nil if nothing.
  static func fault(inSubdomain name: String) -> String? {
    if name.isEmpty { return "must not be empty" }
    if name.utf8.count > subdomainLimit {
      return "has \(name.utf8.count) characters; Kubernetes allows \(subdomainLimit)"
    }
    guard name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel) else {
      return "must consist of small letters, digits, “-” and “.”, and start and end with a letter or digit"
    }
    return nil
  }

  /// What is wrong with the name of a namespace, nil if nothing.
  static func fault(inLabel name: String) -> String? {
    if name.isEmpty { return "must not be empty" }
    if name.utf8.count > labelLimit { return "has \(name.utf8.count) characters; Kubernetes allows \(labelLimit)" }
    guard isLabel(name[...]) else {
      return "must consist of small letters, digits and “-”, and start and end with a letter or digit"
    }
    return nil
  }

  private static func isLabel(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, first != UInt8(ascii: "-"), last != UInt8(ascii: "-")
    else { return false }
    return text.utf8.allSatisfy(isAllowed)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || byte == UInt8(ascii: "-")
  }

  /// The name if it is a valid subdomain and short enough, otherwise a readable one made of it that is.
  ///
  /// - Parameters:
  ///   - name: The wanted name.
  ///   - limit: The greatest length, at least 20.
  ///   - distinction: Whatever makes two things with the same wanted name different; goes into the made name's hash.
  ///   - isTaken: Whether somebody else has a name already; a taken one is not given.
  /// - Returns: The name to use.
  static func fitting(
    _ name: String, limit: Int = subdomainLimit, distinction: String = "", isTaken: (String) -> Bool = { _ in false }
  ) -> String {
    if name.utf8.count <= limit, fault(inSubdomain: name) == nil, !isTaken(name) { return name }
    var round = 0
    while true {
      let hash = hexHash("\(name)\u{0}\(distinction)\(round == 0 ? "" : "\u{0}\(round)")")
      let made = readable(name, limit: limit - hash.utf8.count - 1).map { "\($0)-\(hash)" } ?? "x\(hash)"
      if !isTaken(made) { return made }
      round += 1
    }
  }

  /// The start of a name with everything else than letters and digits replaced by single dashes; nil if nothing is left.
  private static func readable(_ name: String, limit: Int) -> String? {
    var bytes: [UInt8] = []
    for byte in name.lowercased().utf8 {
      if bytes.count >= limit { break }
      if isAllowed(byte), byte != UInt8(ascii: "-") {
        bytes.append(byte)
      } else if let last = bytes.last, last != UInt8(ascii: "-") {
        bytes.append(UInt8(ascii: "-"))
      }
    }
    if bytes.last == UInt8(ascii: "-") { bytes.removeLast() }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// Eight hexadecimal digits of a text: its FNV-1a hash of 64 bits, folded to 32 (RFC 9923).
  private static func hexHash(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let folded = String((hash >> 32) ^ (hash & 0xffff_ffff), radix: 16)
    return String(repeating: "0", count: 8 - folded.count) + folded
  }
}
