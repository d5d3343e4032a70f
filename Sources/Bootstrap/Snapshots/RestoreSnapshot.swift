import Certificates
import Diagnostics
import DockerEngine
import Documents
import Gitea
import KindCluster
import Kubernetes
import Platform

/// What `idpbuilder snapshot restore` was asked for.
public struct RestoreOptions: Sendable, Hashable {
  /// The cluster's name.
  public var name = "localdev"
  /// The snapshot's name; nil for the newest.
  public var snapshot: String?
  /// Both administrators get the password `developer`.
  public var devPassword = false
  /// The kubeconfig file to write; nil for `KUBECONFIG` or `~/.kube/config`.
  public var kubeconfig: String?
  /// Where the Docker Engine listens; nil for `DOCKER_HOST`, the current docker context or the usual sockets.
  public var dockerHost: String?

  /// The defaults.
  public init() {}
}

/// Puts a cluster into the state of a snapshot, whether it exists at this moment or not.
///
/// - Parameters:
///   - options: What was asked for.
///   - environment: The process environment.
///   - events: Told everything that happens.
/// - Returns: What is there now.
/// - Throws: A `Failure`, or ``RunCancelled``.
public func restoreSnapshot(
  _ options: RestoreOptions, environment: [String: String], events: EventSink
) async throws -> CreateOutcome {
  let name = try ClusterName(options.name)
  let kubeconfigs = KubeconfigStore(explicit: options.kubeconfig, environment: environment)
  return try await withExclusiveUse(
    of: name, dockerHost: options.dockerHost, environment: environment, kubeconfigs: kubeconfigs
  ) { engine in
    let snapshot = try await SnapshotStore(engine).find(options.snapshot, of: name)
    events.send(.heading("Restoring cluster \(name) from snapshot \(snapshot.name) of \(snapshot.created)"))
    let node = name.node(.controlPlane)
    // A node that is there keeps its ports.
    let present = try await engine.inspectContainer(node).map { NodeContainer.request(likeOf: $0) }
    let restoration = SnapshotRestoration(
      engine: engine, name: name, snapshot: snapshot, kubeconfigs: kubeconfigs,
      runID: RandomText.generate(length: 16, from: .hexadecimal).revealed, isStatic: options.devPassword,
      request: { try RestoreRequest.make(snapshot.container, present: present) })
    let isStatic = options.devPassword
    let restart = RestartRun(
      engine: engine, name: name, nodes: [NodeRecord(plannedFor: name)], kubeconfigs: kubeconfigs,
      kubernetes: Promise(), wait: .seconds(600), after: [.snapshot], isNew: true,
      check: { try await SnapshotRestoration.finish(name, engine, $0, isStatic: isStatic) })
    try await Runner(events: events).run(
      Plan([restoration.makeNode()] + restart.steps() + [restart.awaitPlatform(), restart.renewToken()]))
    return try await restart.outcome()
  }
}

/// The container of a restored node when no options of `create` are given.
enum RestoreRequest {
  /// Takes the container that was saved, at the ports of the one that is there.
  ///
  /// - Parameters:
  ///   - saved: The request in the snapshot.
  ///   - present: A request like the node that is there; nil if there is none.
  /// - Returns: The request.
  /// - Throws: `Failure` if no port is free.
  static func make(_ saved: Value, present: Value?) throws -> Value {
    var request = saved
    if let present {
      request["HostConfig"]["PortBindings"] = present["HostConfig"]["PortBindings"]
    } else if let binding = NodeContainer.apiServerBinding(saved) {
      // The saved node's port may be anybody's by now; the kubeconfig is told of the new one.
      NodeContainer.setAPIServerPort(try FreePort.find(on: binding.address), in: &request)
    }
    return request
  }
}

extension RestartRun {
  /// `token`: the token in Gitea's secret is a new one, and those of the snapshot are gone.
  func renewToken() -> Step {
    Step(.token, title: "token", after: [.platform]) { [self] _ in
      guard let access = try await platform.value() else { return "none" }
      // The `create` that renews the certificate makes a token, too.
      if access.expiry(cluster: name.text) != nil { return "left to idpbuilder create" }
      let client = try await kubernetes.value()
      let secret = try await client.get(
        .secrets, Platform.Names.Gitea.credentialSecret, namespace: Platform.Names.Gitea.namespace)
      guard let password = Credentials.gitea(in: secret)?.password else { return nil }
      let gitea = GiteaClient(
        url: access.options.giteaURL,
        credentials: .password(username: Platform.Names.Gitea.adminUser, password), client: try access.webClient())
      let run = PlatformRun(
        engine: engine, clusterName: name.text, options: access.options, customizations: [:], kubernetes: kubernetes,
        after: [], publishedAddress: access.publishedAddress ?? "127.0.0.1")
      try await run.awaitAnswer(gitea)
      try await run.ensureToken(gitea, password)
      return "new"
    }
  }
}

extension StepID {
  static let token: StepID = "token"
}
