import ArgumentParser
import Diagnostics

extension Program {
  /// What a command line means.
  enum Parsed {
    /// Something to do.
    case command(any ConsoleCommand)
    /// Something to read: help, or the version.
    case help(String)
    /// Nothing that is known.
    case wrong(Failure)
  }

  /// Reads a command line.
  ///
  /// - Parameters:
  ///   - arguments: Without the name of the program.
  ///   - columns: The width of help; nil for the terminal's.
  /// - Returns: What it means.
  static func parse(_ arguments: [String], columns: Int? = nil) -> Parsed {
    do {
      var command = try Idpbuilder.parseAsRoot(commonOptionsLast(arguments))
      if let command = command as? any ConsoleCommand { return .command(command) }
      // A group such as `get` alone: running it asks for its help.
      try command.run()
      return .help("")
    } catch {
      let text = Idpbuilder.fullMessage(for: error, columns: columns)
      guard Idpbuilder.exitCode(for: error) != .success else { return .help(text) }
      let help = helpCommand(in: text) ?? "idpbuilder --help"
      let what = unknownCommand(arguments) ?? Idpbuilder.message(for: error)
      return .wrong(Failure(what, remedy: help, status: .usage))
    }
  }

  /// Moves `--log-level` and `--color` from before the command to behind it, where they are read; idpbuilder's users
  /// know them in both places.
  static func commonOptionsLast(_ arguments: [String]) -> [String] {
    var moved: [String] = []
    var rest = arguments[...]
    while let first = rest.first, first.hasPrefix("-") {
      if ["-l", "--log-level", "--color"].contains(first), rest.count > 1 {
        moved += rest.prefix(2)
        rest = rest.dropFirst(2)
      } else if ["--log-level=", "--color="].contains(where: first.hasPrefix) {
        moved.append(first)
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    return rest[..<end] + moved + rest[end...]
  }

  /// The sentence for a command line that stops at a word which resembles a command.
  private static func unknownCommand(_ arguments: [String]) -> String? {
    var group: any ParsableCommand.Type = Idpbuilder.self
    for word in commonOptionsLast(arguments) where !group.configuration.subcommands.isEmpty {
      let names = group.configuration.subcommands.map { $0._commandName }
      guard let index = names.firstIndex(of: word) else {
        guard !word.hasPrefix("-"), let meant = Suggestion.nearest(to: word, among: names) else { return nil }
        return "Unknown command '\(word)'. Did you mean '\(meant)'?"
      }
      group = group.configuration.subcommands[index]
    }
    return nil
  }

  /// The `idpbuilder create --help` that the argument parser recommends.
  private static func helpCommand(in text: String) -> String? {
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: "'", omittingEmptySubsequences: false)
      if parts.count == 3, parts[0].hasSuffix("See ") { return String(parts[1]) }
    }
    return nil
  }
}
