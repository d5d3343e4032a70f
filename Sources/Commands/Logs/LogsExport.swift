import ArgumentParser
import Bootstrap
import FoundationEssentials
import Terminal

/// `idpbuilder logs`.
struct Logs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Save logs, for a report of a fault.", subcommands: [LogsExport.self])
}

/// `idpbuilder logs export`.
struct LogsExport: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Save everything that a report of a fault needs, without secrets.",
    usage: "idpbuilder logs export [<directory>] [<options>]",
    discussion: """
      Saves what the engine says, the logs of nodes and pods, events, all objects, and what the doctor finds. The data of \
      Secrets is left out, and every value in them is taken out of all other files; only you may read these. Look \
      through them all the same before you share them.

      Examples:
        idpbuilder logs export
        idpbuilder logs export /tmp/report --name demo
      """)

  @Argument(help: "Where: a directory that is empty or does not exist. (default: idpbuilder-logs-NAME-TIME)")
  var directory: String?
  @OptionGroup(title: "Cluster") var cluster: ClusterOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let progress = ProgressReport(on: console, format: .text)
    let options = ExportOptions(
      cluster: ClusterReference(name: cluster.name, dockerHost: engine.dockerHost),
      directory: directory ?? LogsExport.defaultDirectory(cluster.name), version: Version.text)
    let outcome = try await progress.following { events in
      try await Bootstrap.exportLogs(options, environment: console.environment, events: events)
    }
    try console.print("\(outcome.directory)\n")
    console.say(["\(outcome.files) files."])
    if !outcome.problems.isEmpty {
      let count = outcome.problems.count == 1 ? "1 thing" : "\(outcome.problems.count) things"
      console.say(["\(count) could not be had; not-exported.txt says which."])
    }
  }

  /// For instance `idpbuilder-logs-localdev-20261121-153000`.
  static func defaultDirectory(_ cluster: String, now: Date = .now) -> String {
    let digits = now.formatted(Date.ISO8601FormatStyle()).filter(\.isNumber)
    return "idpbuilder-logs-\(cluster)-\(digits.prefix(8))-\(digits.dropFirst(8))"
  }
}
