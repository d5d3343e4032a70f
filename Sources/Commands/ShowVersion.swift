import ArgumentParser
import Documents
import Terminal

/// `idpbuilder version`.
struct ShowVersion: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version of idpbuilder.", usage: "idpbuilder version [<options>]",
    discussion: "Asks nothing but the program itself: no engine or cluster is needed.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    guard output.format != .table else { return try console.print("idpbuilder \(Version.text) \(Version.platform)\n") }
    try console.print(Answer(), as: output.format)
  }

  private struct Answer: Report {
    var table: Table { Table(columns: ["VERSION", "PLATFORM"], rows: [[Version.text, Version.platform]]) }
    var value: Value { ["version": .string(Version.text), "platform": .string(Version.platform)] }
  }
}
