import ArgumentParser

/// How a result is written.
struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .customLong("output")], help: "How to print the result.")
  var format = OutputFormat.table
}

/// The formats of results.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
  case table, json, yaml
}

/// The formats of progress.
enum ProgressFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

/// How progress is shown.
struct ProgressOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("What to print: text, or json for one event per line on standard output.", valueName: "format"))
  var format = ProgressFormat.text
}
