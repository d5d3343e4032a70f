import Bootstrap
import Diagnostics
import Platform
import Terminal
import Testing

@testable import Commands

@Suite struct ParsingTests {
  private func failure(_ arguments: String...) throws -> Failure {
    guard case .wrong(let failure) = Program.parse(arguments) else { throw Failure("accepted: \(arguments)") }
    return failure
  }

  private func create(_ arguments: String...) throws -> Create {
    switch Program.parse(["create"] + arguments) {
    case .command(let command): return try #require(command as? Create)
    case .help: throw Failure("help")
    case .wrong(let failure): throw failure
    }
  }

  @Test("a misspelled option is refused with a suggestion, as a usage error")
  func misspelledOption() throws {
    let failure = try failure("create", "--nmae", "x")
    #expect(failure.what == "Unknown option '--nmae'. Did you mean '--name'?")
    #expect(failure.remedy == "idpbuilder create --help")
    #expect(failure.status == .usage)
  }

  @Test("a misspelled command is refused with a suggestion, as a usage error")
  func misspelledCommand() throws {
    #expect(try failure("craete").what == "Unknown command 'craete'. Did you mean 'create'?")
    #expect(try failure("get", "cluster").what == "Unknown command 'cluster'. Did you mean 'clusters'?")
    #expect(try failure("xyzzy").what == "Unexpected argument 'xyzzy'")
    #expect(try failure("create", "delete").what == "Unexpected argument 'delete'")
  }

  @Test("a name and all clusters at once are refused, before anything is deleted")
  func deleteAll() throws {
    #expect(try failure("delete", "--all", "--name", "demo").status == .usage)
    guard case .command = Program.parse(["delete", "--all"]) else { throw Failure("refused") }
  }

  @Test("values that make no sense are usage errors", arguments: [["--wait", "5x"], ["-o", "xml"], ["-l", "loud"]])
  func values(_ arguments: [String]) throws {
    guard case .wrong(let failure) = Program.parse(["create"] + arguments) else { throw Failure("accepted") }
    #expect(failure.status == .usage)
    #expect(failure.remedy == "idpbuilder create --help")
  }

  @Test("what create is given reaches the job")
  func createOptions() throws {
    let options = try create(
      "--name", "demo", "--recreate", "--kube-version", "v1.35.0", "--node-image", "kindest/node:x", "--retain",
      "--kubeconfig", "/k", "--docker-host", "unix:///d.sock", "--wait", "1m30s"
    ).options
    #expect(options.name == "demo")
    #expect(options.recreate)
    #expect(options.kubeVersion == "v1.35.0")
    #expect(options.nodeImage == "kindest/node:x")
    #expect(options.retain)
    #expect(options.kubeconfig == "/k")
    #expect(options.dockerHost == "unix:///d.sock")
    #expect(options.wait == .seconds(90))
  }

  @Test("create without options means the cluster localdev")
  func defaults() throws {
    let command = try create()
    #expect(command.options.name == "localdev")
    #expect(command.options.wait == .seconds(300))
    #expect(!command.options.recreate && !command.options.retain)
    #expect(command.common.logLevel == .warning)
  }

  @Test("what create is told of the platform reaches the job")
  func platformOptions() throws {
    let options = try create(
      "--host", "idp.test", "--ingress-host-name", "proxy.test", "--protocol", "HTTP", "--port", "9443",
      "--use-path-routing", "--dev-password", "--extra-ports", "22:32222,9090:39090", "--extra-ports", "1:2",
      "--listen-address", "0.0.0.0", "--registry-config", "/c", "-c", "argocd:/a,gitea:/g", "--package-custom-file",
      "nginx:/n", "--kind-config", "k.yaml"
    ).options
    #expect(options.host == "idp.test" && options.ingressHost == "proxy.test")
    #expect(options.scheme == .http && options.port == 9443)
    #expect(options.usePathRouting && options.devPassword && !options.clusterOnly)
    #expect(
      options.extraPorts == [.init(host: 22, node: 32222), .init(host: 9090, node: 39090), .init(host: 1, node: 2)])
    #expect(options.listenAddress == "0.0.0.0" && options.registryConfig == "/c")
    #expect(options.packageCustomFiles == ["argocd:/a", "gitea:/g", "nginx:/n"])
    #expect(options.kindConfig == "k.yaml")
    #expect(try create("--cluster-only").options.clusterOnly)
  }

  @Test("other texts are no ports", arguments: ["", "22", "22:", "0:1", "1:65536", "a:b", "1:2:3", "1:2,", "-1:2"])
  func noPorts(_ text: String) {
    #expect(PortList(argument: text) == nil)
  }

  @Test("log level and colour may stand before the command, too")
  func commonOptions() throws {
    guard case .command(let command) = Program.parse(["-l", "DEBUG", "--color=never", "get", "clusters"]) else {
      throw Failure("refused")
    }
    #expect(command is GetClusters)
    #expect(command.common.logLevel == .debug)
    #expect(command.common.color == .never)
    #expect(try create("-l", "warn").common.logLevel == .warning)
  }

  @Test(
    "only what stands first is moved",
    arguments: [
      ([], []), (["-l"], ["-l"]), (["create", "-l", "debug"], ["create", "-l", "debug"]),
      (["--help"], ["--help"]), (["-l", "debug", "a", "--", "b"], ["a", "-l", "debug", "--", "b"]),
    ])
  func moved(_ arguments: [String], _ expected: [String]) {
    #expect(Program.commonOptionsLast(arguments) == expected)
  }

  @Test(
    "spans of time are read as Go's tools read them",
    arguments: [
      ("90", Duration.seconds(90)), ("90s", .seconds(90)), ("5m", .seconds(300)), ("1h2m3s", .seconds(3723)),
      ("1.5m", .seconds(90)), ("250ms", .milliseconds(250)), ("0", .zero),
    ])
  func spans(_ text: String, _ expected: Duration) {
    #expect(TimeSpan(argument: text)?.duration == expected)
  }

  @Test(
    "other texts are no spans of time", arguments: ["", "5x", "m", "-5s", "-5", "1e300h", "5 m", "nan", "inf", "٣s"])
  func noSpans(_ text: String) {
    #expect(TimeSpan(argument: text) == nil)
  }
}
