import ArgumentParser

/// A command that does something: it is given the console to talk through.
protocol ConsoleCommand: AsyncParsableCommand {
  var common: CommonOptions { get }
  func run(on console: Console) async throws
}
