public import ArgumentParser
import Bootstrap
public import Platform

/// The options of `create` that shape the platform, under the names that idpbuilder's users know
/// (cnoe-io/idpbuilder, `pkg/cmd/create/root.go`).
struct PlatformFlags: ParsableArguments {
  @Option(help: ArgumentHelp("The DNS name of the platform; services are names below it.", valueName: "name"))
  var host = CreateOptions().host
  @Option(
    help: ArgumentHelp(
      "The name that the ingress answers to, where it differs: behind another proxy.", valueName: "name"))
  var ingressHostName: String?
  @Option(help: "How the web pages are reached.")
  var `protocol` = CreateOptions().scheme
  @Option(help: "The port on this machine at which the web pages are reached.")
  var port = CreateOptions().port
  @Flag(help: "Make services paths of the one host: https://cnoe.localtest.me:8443/argocd.")
  var usePathRouting = false
  @Flag(help: "Give both administrators the password 'developer'.")
  var devPassword = false
  @Option(
    help: ArgumentHelp("More ports to publish, here:node, for example 22:32222,9090:39090.", valueName: "ports"))
  var extraPorts: [PortList] = []
  @Option(help: ArgumentHelp("The address of this machine at which ports are published.", valueName: "address"))
  var listenAddress = CreateOptions().listenAddress
  @Option(help: ArgumentHelp("A docker config.json with credentials for the cluster's image pulls.", valueName: "file"))
  var registryConfig: String?
  @Option(
    name: [.customShort("c"), .long],
    help: ArgumentHelp(
      "A file with changes to a core package: argocd, gitea or nginx.", discussion: "May be given several times.",
      valueName: "package:file"))
  var packageCustomFile: [String] = []
  @Flag(help: "Make the Kubernetes cluster and nothing on it.")
  var clusterOnly = false

  /// Brings the options into the job's input.
  func apply(to options: inout CreateOptions) {
    options.host = host
    options.ingressHost = ingressHostName
    options.scheme = `protocol`
    options.port = port
    options.usePathRouting = usePathRouting
    options.devPassword = devPassword
    options.extraPorts = extraPorts.flatMap(\.pairs)
    options.listenAddress = listenAddress
    options.registryConfig = registryConfig
    options.packageCustomFiles = packageCustomFile.flatMap { $0.split(separator: ",").map(String.init) }
    options.clusterOnly = clusterOnly
  }
}

extension PlatformOptions.Scheme: ExpressibleByArgument {
  /// Takes capitals, too.
  public init?(argument: String) { self.init(rawValue: argument.lowercased()) }
}

/// Published ports on the command line: `22:32222,9090:39090`.
struct PortList: ExpressibleByArgument, Hashable {
  let pairs: [PortPair]

  init?(argument: String) {
    var pairs: [PortPair] = []
    for text in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ports = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      guard ports.count == 2, ports.allSatisfy({ (1...65535).contains($0) }) else { return nil }
      pairs.append(PortPair(host: ports[0], node: ports[1]))
    }
    self.pairs = pairs
  }
}
