import ArgumentParser
import Bootstrap
import Diagnostics
import Terminal

/// `idpbuilder doctor`.
struct Doctor: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look for what is wrong with the engine, this machine, or the cluster, and say what to do.",
    usage: "idpbuilder doctor [<options>]",
    discussion: """
      Changes nothing. Works before there is a cluster, and on one that is broken. The exit code is 0 unless a problem \
      was found; warnings and notes do not count.

      Examples:
        idpbuilder doctor
        idpbuilder doctor --port 9443 --host idp.example.test
        idpbuilder doctor -o json | jq -r '.checks[].findings[] | select(.level == "problem") | .remedy'
      """)

  @OptionGroup(title: "Cluster") var cluster: ClusterOptions
  @Option(help: ArgumentHelp("The DNS name that a new platform shall have.", valueName: "name"))
  var host = DoctorOptions().host
  @Option(help: ArgumentHelp("The port that a new platform shall have.", valueName: "port"))
  var port = DoctorOptions().port
  @Option(help: ArgumentHelp("The address at which ports shall be published.", valueName: "address"))
  var listenAddress = DoctorOptions().listenAddress
  @OptionGroup var output: OutputOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var kubeconfig: KubeconfigOptions
  @Option(help: .hidden)
  var processRoot = DoctorOptions().processRoot
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    var options = DoctorOptions()
    options.name = cluster.name
    options.host = host
    options.port = port
    options.listenAddress = listenAddress
    options.dockerHost = engine.dockerHost
    options.kubeconfig = kubeconfig.path
    options.processRoot = processRoot
    let report = try await Bootstrap.diagnose(options, environment: console.environment)
    if output.format == .table {
      try console.print(report.lines(console.resultPalette).map { $0 + "\n" }.joined())
    } else {
      try console.print(report.json, as: output.format)
    }
    let problems = report.count(.problem)
    if problems > 0 {
      throw Failure(
        "\(problems) \(problems == 1 ? "problem" : "problems") found", remedy: "what is said above, from the top",
        status: .unhealthy)
    }
  }
}

extension DoctorReport {
  /// The report as a person reads it: a line for each finding, below it why it matters and what to do.
  func lines(_ palette: Palette) -> [String] {
    let width = sections.map(\.title.count).max() ?? 0
    var lines: [String] = []
    // Checks that could not be made for the same reason share a line.
    var unchecked: [(what: String, titles: [String])] = []
    for section in sections {
      for (index, finding) in section.findings.enumerated() {
        if finding.id == "\(section.id).unchecked" {
          let place = unchecked.firstIndex { $0.what == finding.what } ?? unchecked.endIndex
          if place == unchecked.endIndex { unchecked.append((finding.what, [])) }
          unchecked[place].titles.append(section.title)
          continue
        }
        let title = (index == 0 ? section.title : "").padded(to: width)
        lines.append("\(finding.level.mark(palette)) \(title)   \(finding.what.singleLine)")
        let indent = String(repeating: " ", count: width + 5)
        for (word, text) in [("why", finding.why), ("try", finding.remedy)] {
          guard let text else { continue }
          lines.append(indent + palette.paint(word, .faint) + "  " + text.singleLine)
        }
      }
    }
    for (what, titles) in unchecked {
      lines.append(palette.paint("· \(titles.joined(separator: ", ")): \(what)", .faint))
    }
    return lines
  }
}

extension CheckFinding.Level {
  /// The sign at the start of a line.
  func mark(_ palette: Palette) -> String {
    switch self {
    case .ok: palette.paint("✓", .good)
    case .note: palette.paint("·", .faint)
    case .warning: palette.paint("!", .caution)
    case .problem: palette.paint("✗", .bad)
    }
  }
}
