import FoundationEssentials
import Logging
import Terminal

/// Writes log lines to standard error: `12:04:31.120 debug engine: GET /v1.41/info 200, 3 ms`.
struct ConsoleLogHandler: LogHandler {
  let console: Console
  /// The module: the label without `idpbuilder.`.
  let module: String
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  init(label: String, level: Logger.Level, console: Console) {
    self.console = console
    module = label.hasPrefix("idpbuilder.") ? String(label.dropFirst("idpbuilder.".count)) : label
    logLevel = level
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
    let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
    let time = Date.now.formatted(
      Date.ISO8601FormatStyle(includingFractionalSeconds: true).time(includingFractionalSeconds: true))
    console.say([
      console.palette.paint("\(time) \(event.level) \(module):", .faint) + " \(event.message)\(pairs)".singleLine
    ])
  }
}
