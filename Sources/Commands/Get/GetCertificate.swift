import ArgumentParser
import Bootstrap

/// `idpbuilder get certificate`.
struct GetCertificate: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "certificate", abstract: "Print the platform's certificate as PEM.",
    usage: "idpbuilder get certificate [<options>]",
    discussion: """
      Examples:
        idpbuilder get certificate > idp.pem
        curl --cacert idp.pem https://gitea.cnoe.localtest.me:8443/
      """)

  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var engine: EngineOptions
  @OptionGroup var kubeconfig: KubeconfigOptions
  @OptionGroup var common: CommonOptions

  func run(on console: Console) async throws {
    let reference = ClusterReference(
      name: cluster.name, dockerHost: engine.dockerHost, kubeconfig: kubeconfig.path)
    try console.print(await Bootstrap.certificate(of: reference, environment: console.environment))
  }
}
