import Bootstrap
import Diagnostics
import Synchronization
import Terminal

/// Shows the events of a run as they come: alive on a terminal, as plain lines elsewhere, or as JSON.
final class ProgressReport: Sendable {
  private struct Log {
    var plain = PlainProgress()
    var state = ProgressState()
    var milestones: [Event] = []
  }

  private let console: Console
  private let format: ProgressFormat
  private let log = Mutex(Log())
  private let start = ContinuousClock.now
  private let events = EventFormat()

  init(on console: Console, format: ProgressFormat) {
    self.console = console
    self.format = format
  }

  /// The time since the report was made.
  var elapsed: Duration { .now - start }

  /// Where the time went so far.
  var timings: Timings { Timings(log.withLock { $0.milestones }) }

  /// Runs the body and shows the events that it sends.
  func following<Result>(_ body: (EventSink) async throws -> Result) async throws -> Result {
    switch format {
    case .json: return try await asJSON(body)
    case .text: break
    }
    guard console.isAlive else { return try await body(EventSink { event in self.tell(event) }) }
    return try await console.withScreen(elapsed: { self.elapsed }) { screen in
      try await body(
        EventSink { event in
          self.note(event)
          screen.update { $0.take(event) }
          self.remark(event)
        })
    }
  }

  private func asJSON<Result>(_ body: (EventSink) async throws -> Result) async throws -> Result {
    let sink = EventSink { event in
      self.note(event)
      // A reader that has gone or a full disk must not stop the run half-way.
      try? self.console.print(self.events.line(event))
    }
    return try await ending { try await body(sink) }
  }

  /// Runs what may end the command with a failure; in JSON, that is the last line.
  func ending<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch {
      if format == .json { try? console.print(events.line(failure: console.failure(atTop: error), at: elapsed)) }
      throw error
    }
  }

  private func tell(_ event: Event) {
    note(event)
    remark(event)
    let lines = log.withLock { log in
      log.state.take(event)
      return log.plain.lines(for: log.state, now: event.elapsed, palette: console.palette)
    }
    console.say(lines)
  }

  /// Keeps what the timings need; progress may be long and is not.
  private func note(_ event: Event) {
    if case .stepProgress = event.kind { return }
    log.withLock { $0.milestones.append(event) }
  }

  /// Says what has no place in the picture.
  private func remark(_ event: Event) {
    switch event.kind {
    case .warning(let text): console.say([console.palette.paint("!", .caution) + " " + text.singleLine])
    case .cleanupFailed(let failure): console.say(failure)
    default: break
    }
  }
}

extension ProgressState {
  /// Brings the picture up to date.
  mutating func take(_ event: Event) {
    switch event.kind {
    case .heading(let text): heading = text
    case .stepPlanned(let id, let title, let after):
      plan(id.rawValue, title: title, after: after.map(\.rawValue))
    case .stepStarted(let id): start(id.rawValue, at: event.elapsed)
    case .stepProgress(let id, let message, let fraction): progress(id.rawValue, message, fraction: fraction)
    case .stepFinished(let id, let duration, let detail, _): finish(id.rawValue, took: duration, detail: detail)
    case .stepFailed(let id, let failure):
      // The line begins with the title already.
      let title = self[id.rawValue]?.title ?? ""
      let start = ["\(title): ", "\(title) "].first(where: failure.what.hasPrefix) ?? ""
      fail(id.rawValue, String(failure.what.dropFirst(start.count)))
    case .cleanup(let title):
      stopRunning()
      cleanup = title
    case .finished, .warning, .cleanupFailed: break
    }
  }
}

extension Timings {
  /// The steps by start; `*` marks those that decided the total.
  var table: Table {
    var table = Table(columns: ["STEP", "START", "TIME", ""])
    for entry in entries {
      table.append([
        entry.title, entry.start.text, entry.skipped ? "nothing to do" : entry.duration.text,
        entry.isCritical ? "*" : "",
      ])
    }
    if let total { table.append(["total", "", total.text, "(* decided the total)"]) }
    return table
  }
}
