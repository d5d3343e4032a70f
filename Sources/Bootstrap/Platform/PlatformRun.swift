import Certificates
import Diagnostics
import DockerEngine
import Documents
import HTTP
import Kubernetes
import Platform
import Synchronization

/// What the steps that build the platform share: what is wanted, and what earlier steps made for later ones.
final class PlatformRun: Sendable {
  /// Where the nodes are.
  let engine: Engine
  let clusterName: String
  let options: PlatformOptions
  let records: BuildRecords
  let customizations: [CorePackage: CustomizationFile]
  /// The API server; made by the steps of the cluster, or known from the start.
  let kubernetes: Promise<KubernetesClient>
  /// What everything here comes after: the API server's step, if the plan has one.
  let after: [StepID]
  /// What the cluster holds when these steps begin.
  let contents: ClusterContents
  /// The address at which the platform's ports are published on this machine.
  let publishedAddress: String

  /// How many connections there may be to Gitea; with those to the API server, a watch included, eight.
  private static let webConnections = 3
  private let web = Mutex<Client?>(nil)

  /// The user's packages; nil if there is nothing to do about any.
  let customPackages: PackageRequest?

  /// The platform's certificate; made by the certificate step.
  let certificate = Promise<CertificateIdentity>()
  /// The packages as they are applied and pushed; made by the certificate step, since Argo CD's holds the certificate.
  let packages = Promise<[CorePackage: RenderedPackage]>()
  /// The Localbuild as it is in the cluster; made by the records step.
  let localbuild = Promise<Value>()
  /// Gitea's administrator; made by the Gitea step.
  let giteaPassword = Promise<Secret>()
  /// The token that an earlier run noted, nil if none did; made by the Gitea step.
  let giteaToken = Promise<Secret?>()
  /// The certificate of the ingress's own webhook; made by the ingress's step.
  let webhookCertificate = Promise<CertificateIdentity>()
  /// The token that works; made by the repositories step.
  let token = Promise<Secret>()
  /// What became of each package's repository; made by the repositories step.
  let repositories = Promise<[CorePackage: FilledRepository]>()

  init(
    engine: Engine, clusterName: String, options: PlatformOptions, customizations: [CorePackage: CustomizationFile],
    kubernetes: Promise<KubernetesClient>, after: [StepID], contents: ClusterContents = .earlierRuns,
    publishedAddress: String, customPackages: PackageRequest? = nil
  ) {
    self.engine = engine
    self.clusterName = clusterName
    self.options = options
    self.customizations = customizations
    self.kubernetes = kubernetes
    self.after = after
    self.contents = contents
    self.publishedAddress = publishedAddress
    self.customPackages = customPackages
    records = BuildRecords(cluster: clusterName, options: options, startTime: UnixTime.now.description)
  }

  /// All steps of building the platform; the plan orders them.
  func steps() -> [Step] {
    [issueCertificate(), setUpDNS(), keepRecords()] + CorePackage.allCases.map(installPackage)
      + [trustRegistry(), fillRepositories(), makeApplications(), handOver()]
      + (customPackages.map { [installPackages($0)] } ?? [])
  }

  /// Applies objects side by side: nothing among them may need another of them.
  func apply(
    _ objects: [Value], fieldManager: String = Names.fieldManager
  ) async throws {
    try await kubernetes.value().applyAll(objects, fieldManager: fieldManager, deadline: .after(.seconds(60)))
  }

  /// The same for objects that may well be there as they would be applied.
  func applyDifferences(_ objects: [Value]) async throws {
    if contents == .nothing { return try await apply(objects) }
    try await kubernetes.value().applyDifferences(
      objects, fieldManager: Names.fieldManager, deadline: .after(.seconds(60)))
  }

  /// A client for the platform's own services: it trusts the platform's certificate alone, and finds the platform's
  /// names at the published port, so that no DNS is needed.
  func webClient() async throws -> Client {
    let certificate = try await certificate.value().certificate
    return try web.withLock { client in
      let made =
        try client
        ?? PlatformAccess(options: options, certificate: certificate, publishedAddress: publishedAddress)
        .webClient(connections: Self.webConnections)
      client = made
      return made
    }
  }
}

/// A file given with `-c`, read before anything is changed.
struct CustomizationFile: Sendable {
  /// Its absolute name.
  let path: String
  /// Its content.
  let text: String
}

extension StepID {
  static let applications: StepID = "applications"
  static let certificate: StepID = "certificate"
  static let dns: StepID = "dns"
  static let records: StepID = "records"
  static let registry: StepID = "registry"
  static let repositories: StepID = "repositories"
  static let handOver: StepID = "hand-over"

  /// The step that installs a package of the platform.
  static func package(_ package: CorePackage) -> StepID { StepID(package.folder) }
}
