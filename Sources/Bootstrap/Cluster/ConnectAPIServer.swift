import Diagnostics
import Kubernetes

extension ClusterRun {
  /// `api server`: it answers on this machine.
  func connectAPIServer() -> Step {
    Step(.apiServer, title: "api server", after: [.node]) { [self] context in
      let server = try await server.value()
      context.report("waiting for its certificate")
      let text = String(decoding: try await credentials.value(), as: UTF8.self)
      let client = KubernetesClient(try ClusterAccess(kubeconfig: text, server: server))
      context.report("waiting for an answer at \(server)")
      try await Self.waitUntilReady(client, deadline: .after(.seconds(180)))
      kubernetes.fulfil(client)
      return server
    }
  }

  /// Waits until the API server says that it is ready; before it listens, nothing can tell when it will.
  static func waitUntilReady(_ client: KubernetesClient, deadline: Deadline) async throws {
    var backoff = Backoff(first: .milliseconds(50), limit: .milliseconds(200))
    while true {
      do {
        _ = try await client.rawGet("/readyz", deadline: deadline.atMost(.seconds(5)))
        return
      } catch let error as CancellationError {
        throw error
      } catch {
        do {
          try await backoff.pause(until: deadline, awaiting: "the API server at \(client.access.server)")
        } catch is DeadlineExceeded {
          throw Failure("the API server at \(client.access.server) does not become ready", because: error)
        }
      }
    }
  }
}
