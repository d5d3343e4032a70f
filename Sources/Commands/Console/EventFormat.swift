import Bootstrap
import Diagnostics
import Documents
import FoundationEssentials

/// Events as JSON, one object per line. `docs/events.md` describes the fields for users; keep them.
struct EventFormat: Sendable {
  private let start = Date.now

  /// The event as a line.
  func line(_ event: Event) -> String { line(members(event), at: event.elapsed) }

  /// The end of a run that failed, as a line.
  func line(failure: Failure, at elapsed: Duration) -> String {
    line([("event", "failed")] + EventFormat.members(failure), at: elapsed)
  }

  private typealias Members = [(String, Value)]

  private func line(_ members: Members, at elapsed: Duration) -> String {
    let time = start.addingTimeInterval(elapsed / .seconds(1))
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    let stamp: Members = [("time", .string(time.formatted(style))), ("elapsed", EventFormat.seconds(elapsed))]
    let object = Value.object(Object(uniqueKeysWithValues: stamp + members))
    return String(decoding: JSON.serialize(object), as: UTF8.self) + "\n"
  }

  private func members(_ event: Event) -> Members {
    switch event.kind {
    case .heading(let text): [("event", "heading"), ("message", .string(text))]
    case .stepPlanned(let id, let title, let after):
      [
        ("event", "planned"), ("step", .string(id.rawValue)), ("title", .string(title)),
        ("after", .array(after.map { .string($0.rawValue) })),
      ]
    case .stepStarted(let id): [("event", "started"), ("step", .string(id.rawValue))]
    case .stepProgress(let id, let message, let fraction):
      [("event", "progress"), ("step", .string(id.rawValue)), ("message", .string(message))]
        + (fraction.map { [("fraction", .number($0))] } ?? [])
    case .stepFinished(let id, let duration, let detail, let skipped):
      [
        ("event", "finished"), ("step", .string(id.rawValue)), ("duration", EventFormat.seconds(duration)),
        ("detail", detail.map(Value.string) ?? .null), ("skipped", .bool(skipped)),
      ]
    case .stepFailed(let id, let failure):
      [("event", "step-failed"), ("step", .string(id.rawValue))] + EventFormat.members(failure)
    case .warning(let text): [("event", "warning"), ("message", .string(text))]
    case .cleanup(let title): [("event", "cleanup"), ("message", .string(title))]
    case .cleanupFailed(let failure): [("event", "cleanup-failed")] + EventFormat.members(failure)
    case .finished(let total): [("event", "done"), ("duration", EventFormat.seconds(total))]
    }
  }

  private static func members(_ failure: Failure) -> Members {
    [
      ("what", .string(failure.what)), ("cause", failure.cause.map(Value.string) ?? .null),
      ("remedy", failure.remedy.map(Value.string) ?? .null), ("state", failure.state.map(Value.string) ?? .null),
      ("exitCode", .integer(Int64(failure.status.rawValue))),
    ]
  }

  /// Seconds with three digits, as a number.
  private static func seconds(_ duration: Duration) -> Value {
    .number((duration / .milliseconds(1)).rounded() / 1000)
  }
}
