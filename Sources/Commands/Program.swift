import ArgumentParser
import Bootstrap
import Diagnostics
import FoundationEssentials
import Glibc
import Logging
import Terminal

/// The program from its arguments to its exit code.
public enum Program {
  /// Runs the command that the process was started with, and ends the process. Call on the main thread.
  public static func main() -> Never {
    StandardDescriptors.ensure()
    // A reader that has gone is seen where it is written to.
    signal(SIGPIPE, SIG_IGN)
    HelpWidth.ensure()
    // Before anything starts a thread: threads inherit what is blocked.
    let signals = Interruption.block()
    let interruption = Interruption()
    Task.detached {
      let arguments = Array(CommandLine.arguments.dropFirst())
      let status = await run(arguments, environment: ProcessInfo.processInfo.environment, interruption)
      // Not `exit`: it would take OpenSSL down while the threads of HTTP clients still use it. Nothing is buffered.
      _exit(status.rawValue)
    }
    interruption.answer(signals)
  }

  private static func run(_ arguments: [String], environment: [String: String], _ interruption: Interruption) async
    -> ExitStatus
  {
    let command: any ConsoleCommand
    switch parse(arguments) {
    case .command(let parsed): command = parsed
    case .help(let text):
      Channel.output.say([text])
      return .success
    case .wrong(let failure):
      Console(environment: environment, color: .auto).say(failure)
      return failure.status
    }
    let console = Console(environment: environment, color: command.common.color, interruption: interruption)
    let level = command.common.logLevel.level
    LoggingSystem.bootstrap { ConsoleLogHandler(label: $0, level: level, console: console) }

    let task = Task { try await command.run(on: console) }
    interruption.cancels { task.cancel() }
    do {
      try await task.value
      return .success
    } catch {
      let failure = console.failure(atTop: error)
      console.say(failure)
      return failure.status
    }
  }
}

extension Failure {
  /// Any error that arrives at the top.
  init(atTop error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let cancelled as RunCancelled: self.init("interrupted", state: cancelled.state, status: .interrupted)
    case is CancellationError: self.init("interrupted", status: .interrupted)
    case let explained as any ExplainedError:
      self.init(explained.description, remedy: explained.remedy, status: explained.exitStatus)
    default:
      self.init(
        String(describing: error), remedy: "this is a fault in idpbuilder; please report it", status: .internalError)
    }
  }
}
