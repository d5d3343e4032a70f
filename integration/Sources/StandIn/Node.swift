import ClusterAPI
import Documents
import Glibc
import NodeServer
import Synchronization

/// What process 1 runs: the API server, its controllers, and the socket through which the node's programs reach them.
final class Node: Sendable {
  private let faults: Faults
  private let running = Mutex<Cluster?>(nil)

  init(faults: Faults) { self.faults = faults }

  /// Plain HTTP for the programs of the node.
  func serveLocally() throws {
    let listener = try Listener(unixSocket: NodeLayout.socket)
    listener.serve(tls: nil) { [self] request, connection in
      if request.segments.first == "stand-in" {
        local(request, connection)
      } else if let cluster = running.withLock({ $0 }) {
        APIFrontend(cluster).handle(request, connection)
      } else {
        connection.respond(status: 503, body: Array("the API server is not running".utf8))
      }
    }
  }

  /// Starts the API server from the files that kubeadm left.
  func start() throws {
    let settings = Files.text(NodeLayout.settings).flatMap { try? JSON.parse($0) } ?? [:]
    let identity = Identity(
      certificate: Files.text(NodeLayout.pki + "/apiserver.crt") ?? "",
      key: Files.text(NodeLayout.pki + "/apiserver.key") ?? "")
    let context = try TLSServerContext(identity: identity, clientAuthority: Files.text(NodeLayout.pki + "/ca.crt"))
    let listener = try Listener(port: UInt16(settings["port"].intValue ?? 6443))
    let cluster = Cluster(journalPath: NodeLayout.journal, version: settings["version"].stringValue ?? nodeVersion())
    if let token = settings["token"].stringValue {
      cluster.accept(
        token: token, user: "system:bootstrap:stand-in", groups: ["system:bootstrappers", "system:authenticated"])
    }
    cluster.perform { state in
      Bootstrap.seed(&state, settings)
      Self.restartContainers(&state)
    }
    let frontend = APIFrontend(cluster)
    listener.serve(tls: { context }) { frontend.handle($0, $1) }
    running.withLock { $0 = cluster }
    Controllers(cluster, faults).run()
    Workloads(cluster).run()
    watchNetwork(cluster)
    Init.log("Started the API server on port \(listener.port).")
  }

  /// What the journal says of pods was so before the node was stopped: their containers begin again.
  private static func restartContainers(_ state: inout ClusterState) {
    for pod in state.list(.pods) where pod["status"]["phase"] == "Running" {
      state.store(.pods, pod.namespace, pod.name) { pod in
        for index in pod["status"]["containerStatuses"].elements.indices {
          let old = pod["status"]["containerStatuses"][index]
          var status = old
          status["state"] = ["running": ["startedAt": .string(timestamp())]]
          status["restartCount"] = .integer(Int64((old["restartCount"].intValue ?? 0) + 1))
          status["lastState"] = [
            "terminated": [
              "exitCode": 255, "reason": "Unknown", "startedAt": old["state"]["running"]["startedAt"],
              "finishedAt": .string(timestamp()),
            ]
          ]
          pod["status"]["containerStatuses"][index] = status
        }
      }
    }
  }

  private func local(_ request: ServerRequest, _ connection: Connection) {
    switch request.segments.dropFirst().first {
    case "start":
      do {
        try start()
        connection.respond(status: 200, body: [])
      } catch {
        connection.respond(status: 500, body: Array("\(error)".utf8))
      }
    case "log":
      Init.log(String(decoding: request.body, as: UTF8.self))
      connection.respond(status: 200, body: [])
    default: connection.respond(status: 404, body: [])
    }
  }

  /// Wakes the controllers when a network configuration is written.
  private func watchNetwork(_ cluster: Cluster) {
    let descriptor = inotify_init1(Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { return }
    inotify_add_watch(descriptor, NodeLayout.networkConfigurations, UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE))
    startThread {
      var buffer = [UInt8](repeating: 0, count: 4_096)
      while read(descriptor, &buffer, buffer.count) > 0 {
        cluster.perform { state in
          // The kubelet notices its network; touching the nodes makes the controllers look again.
          for node in state.list(ResourceID("", "nodes")) {
            state.store(ResourceID("", "nodes"), "", node.name) { node in
              node["metadata"]["annotations"]["stand-in/network-checks"] = .string(
                "\((Int(node["metadata"]["annotations"]["stand-in/network-checks"].stringValue ?? "") ?? 0) + 1)")
            }
          }
        }
      }
    }
  }
}
