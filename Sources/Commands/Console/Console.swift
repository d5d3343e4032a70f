import Diagnostics
import Documents
import Synchronization
import Terminal

/// What commands talk through: results to standard output, everything else to standard error.
final class Console: Sendable {
  /// The process environment.
  let environment: [String: String]
  /// The colours of standard error.
  let palette: Palette
  /// The colours of standard output.
  let resultPalette: Palette
  private let output: Channel
  private let error: Channel
  /// The picture that is alive on standard error, if there is one.
  private let screen = Mutex<ProgressScreen?>(nil)

  /// A console on two channels.
  init(
    environment: [String: String], color: ColorMode, output: Channel = .output, error: Channel = .error,
    interruption: Interruption = Interruption()
  ) {
    self.environment = environment
    self.interruption = interruption
    self.output = output
    self.error = error
    resultPalette = Palette(isOn: color.isOn(isTerminal: output.isTerminal, environment: environment))
    palette = Palette(isOn: color.isOn(isTerminal: error.isTerminal, environment: environment))
  }

  /// Ends the command when the user asks for it.
  let interruption: Interruption
  /// Whether somebody may still read standard output, as far as writing to it has shown.
  var hasReader: Bool { output.hasReader }

  /// Whether a picture can be kept alive on standard error.
  var isAlive: Bool { error.isTerminal && environment["TERM"] != "dumb" }

  /// Writes a result.
  func print(_ text: String) throws {
    do { try output.write(text) } catch { throw Failure("the result cannot be written", because: error) }
  }

  /// Writes a result in the format that was asked for.
  func print(_ report: some Report, as format: OutputFormat) throws {
    guard format == .table else { return try print(report.value, as: format) }
    try print(report.table.lines.map { $0 + "\n" }.joined())
  }

  /// Writes a result for programs.
  func print(_ value: Value, as format: OutputFormat) throws {
    switch format {
    case .table, .json: try print(JSON.string(value, pretty: true) + "\n")
    case .yaml: try print(YAML.serialize(value))
    }
  }

  /// Writes lines to standard error, above the picture if there is one.
  func say(_ lines: [String]) {
    screen.withLock { screen in
      if let screen { screen.passAbove(lines) } else { error.say(lines) }
    }
  }

  /// What an error that ends the command means to the user: after a signal, that it was interrupted.
  func failure(atTop error: any Error) -> Failure {
    let failure = Failure(atTop: error)
    guard let status = interruption.status else { return failure }
    return Failure("interrupted", state: failure.state, status: status)
  }

  /// Writes a failure to standard error.
  func say(_ failure: Failure) { say(failure.lines(palette, width: error.isTerminal ? error.size?.columns : nil)) }

  /// Gives the body lines of standard output that can be drawn anew in place; nil where that is no terminal.
  func withRegion<Result>(_ body: (LiveRegion?) async throws -> Result) async throws -> Result {
    guard output.isTerminal, environment["TERM"] != "dumb" else { return try await body(nil) }
    let region = LiveRegion(on: output)
    defer { region.leave() }
    return try await body(region)
  }

  /// Keeps a picture alive on standard error while the body runs, also while the body is being cancelled.
  func withScreen<Result>(
    elapsed: @escaping @Sendable () -> Duration, _ body: (ProgressScreen) async throws -> Result
  ) async rethrows -> Result {
    let screen = ProgressScreen(on: error, palette: palette, elapsed: elapsed)
    self.screen.withLock { $0 = screen }
    // Not a child task: those end with the cancellation of the command, but its cleaning up is to be seen.
    let drawing = Task { await screen.run() }
    func end() async {
      drawing.cancel()
      await drawing.value
      self.screen.withLock { $0 = nil }
    }
    do {
      let result = try await body(screen)
      await end()
      return result
    } catch {
      await end()
      throw error
    }
  }
}

/// A result that can be written in each format.
protocol Report {
  /// For people.
  var table: Table { get }
  /// For programs.
  var value: Value { get }
}
