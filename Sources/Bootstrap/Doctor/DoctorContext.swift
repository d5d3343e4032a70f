import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes

/// What the checks look at: shared, so that each question is asked once.
final class DoctorContext: Sendable {
  let options: DoctorOptions
  let name: ClusterName
  let environment: [String: String]
  let system: SystemView
  private let connection = Promise<Result<EngineFacts, any Error>>()
  private let inventory = Promise<Result<ClusterFacts?, any Error>>()
  private let looking: Task<Void, Never>

  /// Starts looking.
  ///
  /// - Parameters:
  ///   - options: What is wanted.
  ///   - environment: The process environment.
  ///   - system: This machine; tests give their own.
  ///   - engine: The engine, if it is connected already.
  /// - Throws: `Failure` for a name that no cluster can have.
  init(
    _ options: DoctorOptions, environment: [String: String], system: SystemView? = nil, engine: Engine? = nil
  ) throws {
    self.options = options
    self.environment = environment
    let name = try ClusterName(options.name)
    self.name = name
    self.system = system ?? .system(processRoot: options.processRoot)
    looking = Task { [connection, inventory] in
      let facts = await Self.result { () async throws in try await Self.connect(options, environment, engine) }
      connection.fulfil(facts)
      inventory.fulfil(
        await Self.result { () async throws in
          try await ClusterFacts.find(name, facts.get().engine, environment)
        })
    }
  }

  private static func connect(
    _ options: DoctorOptions, _ environment: [String: String], _ engine: Engine?
  ) async throws -> EngineFacts {
    if let engine { return EngineFacts(engine: engine, info: try await engine.info()) }
    var patience = Engine.Timeouts()
    patience.answer = .seconds(8)
    let endpoint = try EngineEndpoint.discover(environment: environment, flag: options.dockerHost)
    let engine = try await Engine.connect(endpoint, timeouts: patience)
    return EngineFacts(engine: engine, info: try await engine.info())
  }

  private static func result<Value>(_ body: () async throws -> Value) async -> Result<Value, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }

  deinit {
    looking.cancel()
  }

  /// The engine.
  ///
  /// - Throws: Why there is none; only one check says so, others use ``engine()``.
  func connectedEngine() async throws -> EngineFacts { try await connection.value().get() }

  /// The engine.
  ///
  /// - Throws: ``NotCheckable`` if there is none.
  func engine() async throws -> EngineFacts {
    guard case .success(let facts) = try await connection.value() else {
      throw NotCheckable(reason: "there is no engine")
    }
    return facts
  }

  /// The cluster, nil if there is none of the name.
  ///
  /// - Throws: ``NotCheckable`` if the engine cannot be asked.
  func cluster() async throws -> ClusterFacts? {
    _ = try await engine()
    return try await inventory.value().get()
  }

  /// The cluster's API.
  ///
  /// - Throws: ``NotCheckable`` if there is no cluster, or it does not answer.
  func kubernetes() async throws -> (ClusterFacts, KubernetesClient) {
    guard let cluster = try await cluster() else { throw NotCheckable(reason: "there is no cluster \(name)") }
    guard case .success(let client) = cluster.client else {
      throw NotCheckable(reason: "cluster \(name) does not answer")
    }
    return (cluster, client)
  }
}

/// An engine and what it says of itself.
struct EngineFacts: Sendable {
  let engine: Engine
  /// The answer of `GET /info`.
  let info: Value

  /// Whether the engine runs on this very machine, so that its files, ports and limits can be looked at.
  func isLocal(_ system: SystemView) -> Bool {
    guard engine.endpoint.socketPath != nil, let root = info["DockerRootDir"].stringValue else { return false }
    // A virtual machine's engine answers at a local socket, too, but its files are not here.
    return system.exists(root) && info["OperatingSystem"].stringValue != "Docker Desktop"
  }
}

/// A cluster as the engine and its API server show it.
struct ClusterFacts: Sendable {
  let nodes: [NodeRecord]
  /// The answers of `GET /containers/{name}/json`, by name.
  let containers: [String: Value]
  /// The API server, or why it cannot be used.
  let client: Result<KubernetesClient, Failure>

  /// When the nodes were started last, by name: what the API server says of earlier is past.
  var starts: [String: UnixTime] {
    containers.compactMapValues { $0["State"]["StartedAt"].stringValue.flatMap { UnixTime($0) } }
  }
  /// The control plane node.
  var controlPlane: NodeRecord? { nodes.first { $0.role == .controlPlane } }

  static func find(
    _ name: ClusterName, _ engine: Engine, _ environment: [String: String]
  ) async throws -> ClusterFacts? {
    let nodes = try await ClusterInventory(engine).nodes(of: name.text)
    guard !nodes.isEmpty else { return nil }
    var containers: [String: Value] = [:]
    for node in nodes { containers[node.name] = try await engine.inspectContainer(node.name) }
    return ClusterFacts(
      nodes: nodes, containers: containers, client: await connect(nodes, containers, engine))
  }

  private static func connect(
    _ nodes: [NodeRecord], _ containers: [String: Value], _ engine: Engine
  ) async -> Result<KubernetesClient, Failure> {
    guard let node = nodes.first(where: { $0.role == .controlPlane }) else {
      return .failure(Failure("it has no control plane node"))
    }
    guard node.state == "running" else { return .failure(Failure("node \(node.name) is \(node.state)")) }
    do {
      guard let text = try await Node(engine, name: node.name).read("/etc/kubernetes/admin.conf"),
        let server = containers[node.name].flatMap({ APIServerEndpoint.url(of: $0) })
      else { return .failure(Failure("kubeadm has not made its control plane")) }
      let credentials = String(decoding: text, as: UTF8.self)
      let client = KubernetesClient(try ClusterAccess(kubeconfig: credentials, server: server))
      _ = try await client.rawGet("/readyz", deadline: .after(.seconds(8)))
      return .success(client)
    } catch {
      return .failure(Failure("its API server does not answer", because: error))
    }
  }
}
