import Bootstrap
import Diagnostics
import Synchronization

/// Lines in the order in which they were noted.
final class Log: Sendable {
  private let stored = Mutex<[String]>([])
  var lines: [String] { stored.withLock { $0 } }

  func note(_ line: String) { stored.withLock { $0.append(line) } }

  /// A step that notes its name.
  func step(_ id: StepID, _ after: [StepID] = []) -> Step {
    Step(id, title: id.rawValue, after: after) { _ in
      self.note(id.rawValue)
      return nil
    }
  }
}

/// Events as short lines.
final class Record: Sendable {
  private let log = Log()
  var lines: [String] { log.lines }

  var sink: EventSink {
    EventSink { [log] event in
      switch event.kind {
      case .heading(let text): log.note("heading \(text)")
      case .stepPlanned(let id, _, _): log.note("planned \(id)")
      case .stepStarted(let id): log.note("started \(id)")
      case .stepProgress(let id, let message, let fraction):
        log.note("\(id) \(message)" + (fraction.map { " \($0)" } ?? ""))
      case .stepFinished(let id, _, let detail, let skipped):
        log.note("\(skipped ? "skipped" : "done") \(id)" + (detail.map { " \($0)" } ?? ""))
      case .stepFailed(let id, let failure): log.note("failed \(id) \(failure.what)")
      case .warning(let text): log.note("warning \(text)")
      case .cleanup(let title): log.note("cleanup: \(title)")
      case .cleanupFailed(let failure): log.note("cleanup failed: \(failure.what)")
      case .finished: log.note("finished")
      }
    }
  }
}

/// Something that happens once and can be waited for.
final class Gate: Sendable {
  private let stream: AsyncStream<Never>
  private let continuation: AsyncStream<Never>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  func open() { continuation.finish() }
  func opened() async { for await _ in stream {} }
}

/// Ends only by cancellation, at once.
func untilCancelled() async throws {
  for await _ in AsyncStream<Never>.makeStream().stream {}
  try Task.checkCancellation()
}
