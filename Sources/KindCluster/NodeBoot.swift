public import Diagnostics
import DockerEngine

extension Node {
  /// Waits until programs can be run in the node, by following its log.
  ///
  /// - Parameters:
  ///   - deadline: When to give up.
  ///   - progress: Told in words how far the node is.
  /// - Throws: `Failure` with the node's last words if it ends or does not come up, `EngineError`.
  public func waitUntilBooted(deadline: Deadline, progress: @escaping @Sendable (String) -> Void) async throws {
    let name = name
    let engine = engine
    do {
      try await withDeadline(deadline, awaiting: "node \(name) to boot") {
        var log = BootLog()
        for try await chunk in try await engine.containerLogs(name, follow: true, tty: true) {
          let before = log.state
          log.take(chunk.bytes)
          if log.state == .ready { return }
          if log.state != before { progress("systemd is starting services") }
        }
        // The log ends when the container does.
        throw Failure(
          "node \(name) ended while it was starting", cause: log.tail.joined(separator: "\n"),
          remedy: "idpbuilder doctor checks what the node needs of this machine", status: .unhealthy)
      }
    } catch let error as DeadlineExceeded {
      let tail = try? await lastLines(15)
      throw Failure(
        "node \(name) does not come up", cause: [error.description, tail].compactMap(\.self).joined(separator: "\n"),
        remedy: "idpbuilder doctor checks what the node needs of this machine", status: .timedOut)
    }
  }

  /// The last lines of the node's log.
  func lastLines(_ count: Int) async throws -> String {
    var lines = LineSplitter()
    var text: [String] = []
    for try await chunk in try await engine.containerLogs(name, follow: false, tail: count, tty: true) {
      text += lines.take(chunk.bytes)
    }
    return (text + lines.rest).joined(separator: "\n")
  }
}
