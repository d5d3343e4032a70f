public import ArgumentParser
import Logging
public import Terminal

/// The options that every command has.
struct CommonOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("How much to log to standard error.", valueName: "level"))
  var logLevel = LogLevel.warning
  @Option(help: ArgumentHelp("When to use colour.", valueName: "when"))
  var color = ColorMode.auto
}

/// The levels of the log, least important first.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
  case trace, debug, info, warning, error

  var level: Logger.Level {
    switch self {
    case .trace: .trace
    case .debug: .debug
    case .info: .info
    case .warning: .warning
    case .error: .error
    }
  }

  /// Takes `warn`, too, which idpbuilder's users know.
  init?(argument: String) { self.init(rawValue: argument.lowercased() == "warn" ? "warning" : argument.lowercased()) }
}

extension ColorMode: ExpressibleByArgument {}
