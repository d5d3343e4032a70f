import ArgumentParser
import Bootstrap

/// `idpbuilder cache build`.
struct CacheBuild: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Make the prepared node image now, so that the first create need not.",
    usage: "idpbuilder cache build [<options>]",
    discussion: """
      Give it the options that `idpbuilder create` will get. Prints the image's name.

      Examples:
        idpbuilder cache build
        idpbuilder cache build --kube-version v1.35.0 --preload docker.io/library/alpine:3.22
      """)

  @OptionGroup var images: PreparedImageFlags
  @Flag(help: "Only the images given with --preload, as `idpbuilder create --cluster-only` starts from.")
  var only = false
  @OptionGroup var engine: EngineOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    var options = images.options
    options.clusterOnly = only
    options.dockerHost = engine.dockerHost
    let progress = ProgressReport(on: console, format: .text)
    let made = try await progress.following { [options] events in
      try await Bootstrap.buildCache(options, environment: console.environment, events: events)
    }
    for (_, image) in made.sorted(by: { $0.key < $1.key }) { try console.print(image + "\n") }
  }
}

/// The options of `create` that decide what is in a prepared node image.
struct PreparedImageFlags: ParsableArguments {
  @Option(help: ArgumentHelp("The Kubernetes version, for example v1.35.0.", valueName: "version"))
  var kubeVersion: String?
  @Option(help: ArgumentHelp("The node image; overrides --kube-version.", valueName: "image"))
  var nodeImage: String?
  @Option(
    help: ArgumentHelp(
      "An image that the nodes have from the start.",
      discussion: "May be given several times. The platform's own images are always there.", valueName: "image"))
  var preload: [String] = []
  @Option(
    name: [.customShort("c"), .long],
    help: ArgumentHelp(
      "A file with changes to a core package: argocd, gitea or nginx.", discussion: "May be given several times.",
      valueName: "package:file"))
  var packageCustomFile: [String] = []
  @OptionGroup var packages: PackageOption

  /// The job's input.
  var options: CreateOptions {
    var options = CreateOptions()
    options.kubeVersion = kubeVersion
    options.nodeImage = nodeImage
    options.preload = preload
    options.packageCustomFiles = packageCustomFile.flatMap { $0.split(separator: ",").map(String.init) }
    options.packages = packages.package
    return options
  }
}
