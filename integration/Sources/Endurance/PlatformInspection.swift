import Diagnostics
public import Documents
import Gitea
import HTTP
public import Harness
public import Kubernetes

/// A scenario whose world is watched closely: its kubeconfig has another entry, and its temporary files and locks lie in
/// the scenario's own folder, so that whatever is left over is seen.
public struct ObservedWorld: Sendable {
  /// The scenario.
  public let scenario: Scenario
  private let volumesBefore: Set<String>

  private static let otherEntry = """
    apiVersion: v1
    kind: Config
    clusters:
    - name: other
      cluster: {server: "https://other.example:6443", x-note: kept}
    contexts:
    - name: other
      context: {cluster: other, user: other, namespace: work}
    users:
    - name: other
      user: {token: not-ours}
    current-context: other

    """

  /// Prepares the scenario's folder.
  /// - Throws: ``ProgramError``.
  public init(_ scenario: Scenario) async throws {
    self.scenario = scenario
    try TextFile.write(scenario.kubeconfig, Self.otherEntry, mode: 0o600)
    volumesBefore = try await Docker().danglingVolumes()
  }

  /// The variables that lead temporary files and locks into the folder.
  public var environment: [String: String?] { ["XDG_RUNTIME_DIR": scenario.folder + "/run"] }

  /// A client of a cluster through the kubeconfig that was written.
  public func kubernetes(_ cluster: String? = nil) throws -> KubernetesClient {
    let paths = KubeconfigPaths(explicit: scenario.kubeconfig, environment: [:])
    return KubernetesClient(try paths.access(context: "kind-\(cluster ?? scenario.cluster)"))
  }

  // MARK: What must hold

  /// What is wrong with the machine after a successful `create`: left-over containers, volumes, files, locks, and
  /// changes of the kubeconfig that were not ours to make.
  /// - Parameter clusters: the clusters that there should be.
  /// - Returns: one line for each fault.
  /// - Throws: ``ProgramError`` if the engine cannot be asked.
  public func faultsOfMachine(clusters: [String]) async throws -> [String] {
    var faults: [String] = []
    for cluster in clusters {
      let containers = try await Docker().containers(cluster: cluster)
      if containers != ["\(cluster)-control-plane"] { faults.append("containers of \(cluster): \(containers)") }
    }
    let networks = try await Docker().networks(named: "kind")
    if networks.count != 1 { faults.append("\(networks.count) networks named kind") }
    faults += try await orphanVolumes().map { "volume \($0) has no container" }
    faults += try await filesLeftOver().map { "file left over: \($0)" }
    return faults + faultsOfKubeconfig(clusters: clusters)
  }

  private func orphanVolumes() async throws -> [String] {
    var orphans: Set<String> = []
    // Containers of other tests come and go, and their volumes follow a moment later.
    for attempt in 0..<5 {
      if attempt > 0 { try await Task.sleep(for: .milliseconds(500)) }
      // Nodes have anonymous volumes, whose names are ids.
      let found = try await Docker().danglingVolumes().subtracting(volumesBefore)
        .filter { $0.utf8.count == 64 && $0.allSatisfy(\.isHexDigit) }
      orphans = attempt == 0 ? found : orphans.intersection(found)
      if orphans.isEmpty { break }
    }
    return orphans.sorted()
  }

  private func filesLeftOver() async throws -> [String] {
    let found = try await Program.run("find", [scenario.folder, "-type", "f"], environment: HarnessEnvironment.all)
    return found.output.split(separator: "\n").map(String.init).filter { path in
      path != scenario.kubeconfig && !path.hasSuffix("/log") && !path.hasSuffix(".expected")
    }
  }

  private func faultsOfKubeconfig(clusters: [String]) -> [String] {
    guard let text = TextFile.read(scenario.kubeconfig) else { return ["the kubeconfig is gone"] }
    guard let now = try? YAML.parseAll(text).first?.value, let before = try? YAML.parseAll(Self.otherEntry).first?.value
    else { return ["the kubeconfig cannot be parsed"] }
    var faults: [String] = []
    for section in ["clusters", "contexts", "users"] {
      let names = now[section].elements.compactMap { $0["name"].stringValue }
      let wanted = Set(clusters.map { "kind-\($0)" } + ["other"])
      if Set(names) != wanted || names.count != wanted.count { faults.append("kubeconfig \(section): \(names)") }
      let other = now[section].elements.first { $0["name"] == "other" }
      if other != before[section][0] { faults.append("kubeconfig \(section): the other entry changed") }
    }
    if TextFile.mode(scenario.kubeconfig) != 0o600 { faults.append("the kubeconfig can be read by others") }
    return faults
  }

  /// What is wrong with a platform: Applications, and whether the passwords open the doors.
  /// - Parameter secrets: as ``secrets(_:)`` gave them.
  /// - Returns: one line for each fault.
  /// - Throws: what the clients throw.
  public func faultsOfPlatform(_ secrets: [String: Value]) async throws -> [String] {
    var faults: [String] = []
    let application = ResourceType(
      group: "argoproj.io", version: "v1alpha1", plural: "applications", kind: "Application")
    let applications = try await kubernetes().list(application, namespace: "argocd").items
    if applications.count != 3 { faults.append("\(applications.count) Applications") }
    for object in applications
    where object["status"]["health"]["status"] != "Healthy" || object["status"]["sync"]["status"] != "Synced" {
      faults.append("Application \(object["metadata"]["name"].stringValue ?? "?") is not Synced and Healthy")
    }
    let web = try await webClient()
    let password = Secret(secrets["gitea-credential"]?["password"].stringValue ?? "")
    let gitea = GiteaClient(
      url: "https://gitea.cnoe.localtest.me:8443", credentials: .password(username: "giteaAdmin", password),
      client: web)
    if try await gitea.currentUser().login != "giteaAdmin" { faults.append("Gitea knows somebody else") }
    let first = secrets["argocd-initial-admin-secret"]?["password"].stringValue ?? ""
    let body: Value = ["username": "admin", "password": .string(first)]
    let session = try await web.send(
      Request(
        .post, "https://argocd.cnoe.localtest.me:8443/api/v1/session", headers: ["Content-Type": "application/json"],
        body: .bytes(JSON.serialize(body))), deadline: .after(.seconds(20)))
    if !session.isSuccess { faults.append("Argo CD refuses its password with \(session.status)") }
    return faults
  }

  private func webClient() async throws -> Client {
    var configuration = Client.Configuration()
    configuration.trust = .pem(try await scenario.idpbuilder("get", "certificate", "--name", scenario.cluster).output)
    for name in ["gitea", "argocd"] {
      configuration.connectTo[HostPort("\(name).cnoe.localtest.me", 8443)] = HostPort(scenario.loopback, 8443)
    }
    return Client(configuration)
  }

  /// The secrets that `get secrets` shows, by name; nil while there are none to show.
  /// - Throws: ``ProgramError``.
  public func secrets(_ cluster: String? = nil) async throws -> [String: Value]? {
    let result = try await scenario.idpbuilder("get", "secrets", "--name", cluster ?? scenario.cluster, "-o", "json")
    guard result.status == 0, let list = try? JSON.parse(result.output) else { return nil }
    return Dictionary(
      list.elements.map { ($0["name"].stringValue ?? "", $0) }, uniquingKeysWith: { first, _ in first })
  }
}
