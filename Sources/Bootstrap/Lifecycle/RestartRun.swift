import Certificates
import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes
import Platform

/// The steps that bring a cluster back whose nodes were stopped: by `idpbuilder stop`, by docker, by a reboot.
final class RestartRun: Sendable {
  let engine: Engine
  let name: ClusterName
  let nodes: [NodeRecord]
  let kubeconfigs: KubeconfigStore
  let deadline: Deadline
  /// The steps that come before the nodes are started.
  let after: [StepID]
  /// Whether the nodes were made by this run, which then takes them back if it ends before they are ready.
  let isNew: Bool
  /// Looks at the cluster as soon as it answers; throws to end the run.
  let check: @Sendable (KubernetesClient) async throws -> Void

  /// When the present run of each node began; made by the node step.
  let starts = Promise<[String: UnixTime]>()
  /// Made by the API server step.
  let kubernetes: Promise<KubernetesClient>
  /// The kubeconfig file that was written.
  let kubeconfig = Promise<String>()
  /// The platform on the cluster, nil without one; made by the platform step.
  let platform = Promise<PlatformAccess?>()

  init(
    engine: Engine, name: ClusterName, nodes: [NodeRecord], kubeconfigs: KubeconfigStore,
    kubernetes: Promise<KubernetesClient>, wait: Duration, after: [StepID] = [], isNew: Bool = false,
    check: @escaping @Sendable (KubernetesClient) async throws -> Void = { _ in }
  ) {
    self.engine = engine
    self.name = name
    self.nodes = nodes
    self.kubeconfigs = kubeconfigs
    self.kubernetes = kubernetes
    self.after = after
    self.isNew = isNew
    self.check = check
    deadline = .after(wait)
  }

  /// What is there when all steps have run, ``awaitPlatform()`` among them.
  func outcome() async throws -> CreateOutcome {
    let platform = try await platform.value()
    return CreateOutcome(
      name: name.text, context: Names.context(name.text), kubeconfig: try await kubeconfig.value(), wasComplete: false,
      argoCDURL: platform?.options.argoCDURL, giteaURL: platform?.options.giteaURL)
  }

  /// The steps up to a cluster whose own pods work; the platform's steps come after ``StepID/pods``.
  func steps() -> [Step] { [startNodes(), connectAPIServer(), writeKubeconfig(), awaitNodes(), awaitPods()] }
}

extension StepID {
  static let pods: StepID = "pods"
  static let platform: StepID = "platform"
}

extension RestartRun {
  /// Said with a failure from the moment on from which nothing is taken back.
  static let kept = "the cluster is kept; run the same command again to continue"

  /// `node`: the containers run, and programs can be run in them.
  private func startNodes() -> Step {
    Step(.node, title: "node", after: after) { [self] context in
      if !isNew { context.keepWhatWasMade(Self.kept) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for node in nodes where node.state != "running" {
          group.addTask { [self] in
            do {
              try await Node(engine, name: node.name).start(deadline: deadline.atMost(.seconds(120))) {
                context.report("\(node.name): \($0)")
              }
            } catch let error as EngineError where error.isPortTaken {
              throw Failure(
                "node \(node.name) cannot start: a port is taken", because: error,
                remedy: "idpbuilder doctor --name \(name) says who has the port; end that, and run the command again")
            }
          }
        }
        try await group.waitForAll()
      }
      var found: [String: UnixTime] = [:]
      for node in nodes { found[node.name] = try await Node(engine, name: node.name).startTime() }
      starts.fulfil(found)
      return nodes.map(\.name).joined(separator: ", ")
    }
  }

  /// `api server`: it answers on this machine. Its port may be another one than before.
  private func connectAPIServer() -> Step {
    Step(.apiServer, title: "api server", after: [.node]) { [self] context in
      guard let controlPlane = nodes.first(where: { $0.role == .controlPlane }),
        let credentials = try await Node(engine, name: controlPlane.name).read("/etc/kubernetes/admin.conf"),
        let container = try await engine.inspectContainer(controlPlane.name),
        let server = APIServerEndpoint.url(of: container)
      else {
        throw Failure(
          "cluster \(name) is not complete", cause: "its control plane has no credentials or no published port",
          remedy: "make it anew: idpbuilder create --name \(name) --recreate", status: .unhealthy)
      }
      let text = String(decoding: credentials, as: UTF8.self)
      let client = KubernetesClient(try ClusterAccess(kubeconfig: text, server: server))
      context.report("waiting for an answer at \(server)")
      try await ClusterRun.waitUntilReady(client, deadline: deadline)
      if let missing = try await ClusterProbe(engine: engine).incompleteness(container, client, deadline) {
        throw Failure(
          "cluster \(name) is not complete", cause: "its creation was cut off: \(missing)",
          remedy: "make it anew: idpbuilder create --name \(name)", status: .unhealthy)
      }
      try await check(client)
      kubernetes.fulfil(client)
      return server
    }
  }

  /// `kubeconfig`: the user's file has the cluster at its present address.
  private func writeKubeconfig() -> Step {
    Step(.kubeconfig, title: "kubeconfig", after: [.apiServer]) { [self] context in
      if isNew {
        context.rollBack("removing \(Names.context(name.text)) from the kubeconfig") { [kubeconfigs, name] in
          try await kubeconfigs.remove(cluster: name.text)
        }
      }
      guard let controlPlane = nodes.first(where: { $0.role == .controlPlane }) else { return nil }
      let content = try await Node(engine, name: controlPlane.name).read("/etc/kubernetes/admin.conf") ?? []
      let path = try await kubeconfigs.merge(
        String(decoding: content, as: UTF8.self), cluster: name.text,
        server: try await kubernetes.value().access.server)
      kubeconfig.fulfil(path)
      return "context \(Names.context(name.text))"
    }
  }
}
