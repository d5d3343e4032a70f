/// The name of an image: `registry/repository:tag@digest`.
///
/// Short names are completed as docker does it (distribution/reference, `normalize.go`): without a registry it is
/// `docker.io`, there a name of one part belongs to `library`, and without tag and digest the tag is `latest`.
public struct ImageReference: Sendable, Hashable, CustomStringConvertible {
  /// The host of the registry, with its port if it has one: `docker.io`, `localhost:5000`.
  public let registry: String
  /// The path in the registry: `library/alpine`.
  public let path: String
  /// The tag; nil if there is only a digest.
  public let tag: String?
  /// The digest with its algorithm: `sha256:…`.
  public let digest: String?

  /// Reads a name; nil if it is not one.
  public init?(_ text: String) {
    var rest = text[...]
    var digest: String?
    if let at = rest.lastIndex(of: "@") {
      let found = rest[rest.index(after: at)...]
      let parts = found.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, parts[1].utf8.count >= 32,
        parts[1].utf8.allSatisfy({ Self.isLowerHex($0) })
      else { return nil }
      digest = String(found)
      rest = rest[..<at]
    }
    var tag: String?
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
      tag = String(rest[rest.index(after: colon)...])
      rest = rest[..<colon]
    }
    if let tag {
      guard let first = tag.utf8.first, tag.utf8.count <= 128, Self.isWord(first),
        tag.utf8.allSatisfy({ Self.isWord($0) || $0 == 0x2e || $0 == 0x2d })
      else { return nil }
    }
    var registry = "docker.io"
    var path = rest
    if let slash = rest.firstIndex(of: "/") {
      let first = rest[..<slash]
      if first == "localhost" || first.contains(".") || first.contains(":") || first.lowercased() != first {
        registry = String(first)
        path = rest[rest.index(after: slash)...]
      }
    }
    if registry == "index.docker.io" { registry = "docker.io" }
    let components = path.split(separator: "/", omittingEmptySubsequences: false)
    let arePlain = components.allSatisfy { component in
      guard let first = component.utf8.first, let last = component.utf8.last else { return false }
      return Self.isLowerAlphanumeric(first) && Self.isLowerAlphanumeric(last)
        && component.utf8.allSatisfy { Self.isLowerAlphanumeric($0) || $0 == 0x2e || $0 == 0x2d || $0 == 0x5f }
    }
    guard arePlain, !registry.isEmpty else { return nil }
    self.registry = registry
    self.path = registry == "docker.io" && components.count == 1 ? "library/\(path)" : String(path)
    self.tag = tag ?? (digest == nil ? "latest" : nil)
    self.digest = digest
  }

  /// The name without tag and digest.
  public var repository: String { "\(registry)/\(path)" }

  /// The whole name, nothing left out.
  public var description: String {
    repository + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
  }

  private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
    (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
  }
  private static func isWord(_ byte: UInt8) -> Bool {
    isLowerAlphanumeric(byte) || (0x41...0x5a).contains(byte) || byte == 0x5f
  }
  private static func isLowerHex(_ byte: UInt8) -> Bool {
    (0x61...0x66).contains(byte) || (0x30...0x39).contains(byte)
  }
}
