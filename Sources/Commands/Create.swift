import ArgumentParser
import Bootstrap
import Terminal

/// `idpbuilder create`.
struct Create: ConsoleCommand {
  static let configuration = CommandConfiguration(
    abstract: "Create the cluster and the platform on it, or complete what is there.",
    usage: "idpbuilder create [<options>]",
    discussion: """
      Running it again is safe: what exists and is healthy is left alone. When it fails or is interrupted before the \
      cluster works, it removes what it made, unless --retain is given.

      Examples:
        idpbuilder create
        idpbuilder create --name demo --kube-version v1.35.0
        idpbuilder create -p ./my-package -p https://github.com/cnoe-io/stacks//ref-implementation
        idpbuilder create --recreate -o json 2>/dev/null | jq .event
        idpbuilder create --dry-run -p ./my-package > objects.yaml
      """)

  @OptionGroup(title: "Cluster") var cluster: NewClusterFlags
  @OptionGroup(title: "Platform") var platform: PlatformFlags
  @OptionGroup(title: "Packages") var packages: PackageFlags
  @Flag(
    help: ArgumentHelp(
      "Print the plan and the objects it would apply, and do nothing.",
      discussion: "For a new cluster; neither an engine nor a cluster is asked."))
  var dryRun = false
  @Flag(help: "Print where the time went.")
  var timings = false
  @OptionGroup var progress: ProgressOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var kubeconfig: KubeconfigOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    if dryRun {
      let preview = try await Bootstrap.previewCreate(options, environment: console.environment)
      return try console.print(progress.format == .text ? preview.manifest : preview.json)
    }
    let report = ProgressReport(on: console, format: progress.format)
    let outcome = try await report.following { events in
      try await Bootstrap.create(options, environment: console.environment, events: events)
    }
    if timings { console.say(report.timings.table.lines) }
    if progress.format == .text {
      try console.print(Create.closing(outcome, after: report.elapsed, kubeconfig: kubeconfig.path))
    }
    if packages.noExit, !options.clusterOnly {
      try await report.ending {
        try await Bootstrap.followPackages(options, environment: console.environment) { console.say([$0]) }
      }
    }
  }

  /// The command line as the job's input.
  var options: CreateOptions {
    var options = CreateOptions()
    cluster.apply(to: &options)
    platform.apply(to: &options)
    packages.apply(to: &options)
    options.kubeconfig = kubeconfig.path
    options.dockerHost = engine.dockerHost
    return options
  }

  /// What to do next.
  ///
  /// - Parameters:
  ///   - outcome: What is there now.
  ///   - elapsed: How long that took.
  ///   - kubeconfig: What was given with `--kubeconfig`; nil if other programs find the file by themselves.
  /// - Returns: The lines.
  static func closing(_ outcome: CreateOutcome, after elapsed: Duration, kubeconfig: String?) -> String {
    let start = outcome.wasComplete ? "Nothing to do: \(outcome.name) is complete." : "Ready in \(elapsed.text)."
    var rows: [(String, String)] = []
    let width = max(45, ([outcome.argoCDURL, outcome.giteaURL].compactMap { $0?.columns }.max() ?? 0) + 2)
    if let url = outcome.argoCDURL { rows.append(("Argo CD", url.padded(to: width) + "admin")) }
    if let url = outcome.giteaURL { rows.append(("Gitea", url.padded(to: width) + "giteaAdmin")) }
    if !rows.isEmpty {
      rows.append(("passwords", "idpbuilder get secrets\(ClusterOptions.naming(outcome.name))"))
    }
    let file = kubeconfig.map { " --kubeconfig \(ShellWord.quoted($0))" } ?? ""
    rows.append(("cluster", "kubectl --context \(outcome.context)\(file) get pods -A"))
    return "\n\(start)\n" + rows.map { "  \($0.padded(to: 11))\($1)\n" }.joined()
  }
}
