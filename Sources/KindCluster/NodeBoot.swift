public import Certificates
public import Diagnostics
import DockerEngine
import Documents

extension Node {
  /// Waits until programs can be run in the node, by following its log.
  ///
  /// - Parameters:
  ///   - start: When its present run began, for a node that ran before: what its log says of earlier runs does not count.
  ///   - deadline: When to give up.
  ///   - progress: Told in words how far the node is.
  /// - Throws: `Failure` with the node's last words if it ends or does not come up, `EngineError`.
  public func waitUntilBooted(
    since start: UnixTime? = nil, deadline: Deadline, progress: @escaping @Sendable (String) -> Void
  ) async throws {
    do {
      try await withDeadline(deadline, awaiting: "node \(name) to boot") {
        var losses = 0
        while true {
          do {
            return try await followUntilBooted(since: start, progress)
          } catch let error as EngineError where error.isAnswerLost && losses < 2 {
            // The log is read again from its beginning.
            losses += 1
          }
        }
      }
    } catch let error as DeadlineExceeded {
      let tail = try? await lastLines(15)
      throw Failure(
        "node \(name) does not come up", cause: [error.description, tail].compactMap(\.self).joined(separator: "\n"),
        remedy: "idpbuilder doctor checks what the node needs of this machine", status: .timedOut)
    }
  }

  private func followUntilBooted(
    since start: UnixTime?, _ progress: @escaping @Sendable (String) -> Void
  ) async throws {
    var log = BootLog()
    // The engine notes the start a moment after the first words of the log.
    let since = start.map { Double($0.seconds - 1) }
    for try await chunk in try await engine.containerLogs(name, follow: true, since: since, tty: true) {
      let before = log.state
      log.take(chunk.bytes)
      if log.state == .ready { return }
      if log.state != before { progress("systemd is starting services") }
    }
    // The log ends when the container does, or when its connection is lost and looks as if it had ended.
    if try await engine.inspectContainer(name)?["State"]["Running"].boolValue == true {
      throw EngineError(.closedEarly, operation: "follow the log of container \(name)", "it ended before the container")
    }
    throw Failure(
      "node \(name) ended while it was starting", cause: log.tail.joined(separator: "\n"),
      remedy: "idpbuilder doctor checks what the node needs of this machine", status: .unhealthy)
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
