/// Finds in a node container's log the moment from which programs can be run in the node.
///
/// systemd announces its targets on the console; `multi-user.target` comes after containerd. Before that, on cgroup v2,
/// a program started in the node could spoil the set-up of its control groups
/// (kind `pkg/cluster/internal/providers/common/cgroups.go`, kind issue 2409).
public struct BootLog: Sendable {
  /// How far the node is.
  public enum State: Sendable, Hashable {
    /// The entrypoint is still preparing the container.
    case starting
    /// systemd is starting services.
    case booting
    /// Programs can be run.
    case ready
  }
  /// How far the node is.
  public private(set) var state = State.starting
  /// The last lines, for an error message.
  public private(set) var tail: [String] = []
  private var lines = LineSplitter()

  /// A node that has said nothing yet.
  public init() {}

  /// Takes the next piece of the log.
  ///
  /// - Parameter bytes: Bytes as they came, possibly with terminal escapes.
  public mutating func take(_ bytes: [UInt8]) {
    for line in lines.take(bytes) {
      let plain = Self.withoutEscapes(line)
      tail.append(plain)
      if tail.count > 20 { tail.removeFirst() }
      if plain.contains("Multi-User System"), plain.contains("Reached target") {
        state = .ready
      } else if state == .starting, plain.contains("systemd ") || plain.contains("Welcome to") {
        state = .booting
      }
    }
  }

  /// Removes control sequences (ECMA-48 CSI: `ESC [`, parameters, a final byte), with which systemd colours its words.
  private static func withoutEscapes(_ line: String) -> String {
    var result = ""
    var scalars = line.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "\u{1b}" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      guard scalars.next() == "[" else { continue }
      while let part = scalars.next(), !("@"..."~").contains(part) {}
    }
    return result
  }
}
