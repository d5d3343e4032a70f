import ArgumentParser
import Bootstrap

/// The values of `--package`.
struct PackageOption: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A package: a directory or file with Argo CD Applications, or https://host/org/repo//path?ref=main.",
      discussion: "May be given several times; of two with the same Application the later wins.", valueName: "package"))
  var package: [String] = []
}

/// The options of `create` about packages.
struct PackageFlags: ParsableArguments {
  @OptionGroup var given: PackageOption
  @Flag(help: "Remove packages that an earlier run was given and this one is not.")
  var prune = false
  @Flag(help: "Leave packages to Argo CD once they are installed, rather than wait until they work.")
  var noWaitPackages = false
  @Flag(
    name: [.customShort("n"), .long],
    help: "Stay, watch local packages, and bring every change into the platform, until Ctrl-C.")
  var noExit = false

  /// Brings the options into the job's input.
  func apply(to options: inout CreateOptions) {
    options.packages = given.package
    options.prunePackages = prune
    options.waitForPackages = !noWaitPackages
  }
}
