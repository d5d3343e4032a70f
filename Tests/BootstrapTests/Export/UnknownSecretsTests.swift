import DockerEngine
import FoundationEssentials
import KindCluster
import Kubernetes
import Synchronization
import TestSupport
import Testing

@testable import Bootstrap

@Suite struct UnknownSecretsTests {
  @Test("when secrets cannot be listed, the export goes on, and the user is warned that their values may be in it")
  func refused() async throws {
    let server = try ScriptedServer { connection, _ in
      while connection.readHead() != nil {
        guard
          connection.respond(
            "403 Forbidden", headers: "Content-Type: application/json\r\n",
            body:
              #"{"kind":"Status","apiVersion":"v1","code":403,"reason":"Forbidden","message":"secrets is forbidden"}"#)
        else { return }
      }
    }
    let path = "/tmp/idpbuilder-export-test-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let run = ExportRun(
      name: try ClusterName("demo"), engine: Engine(EngineEndpoint(.unix("")), apiVersion: .oldest),
      facts: ClusterFacts(
        nodes: [], containers: [:], client: .success(KubernetesClient(ClusterAccess(server: server.url)))),
      directory: try ExportDirectory(path),
      options: ExportOptions(cluster: ClusterReference(name: "demo"), directory: path, version: "0"), environment: [:])
    let warnings = Mutex<[String]>([])
    let events = EventSink { event in
      if case .warning(let text) = event.kind { warnings.withLock { $0.append(text) } }
    }
    let step = try #require(run.steps().first)
    #expect(try await step.run(StepContext(step: step.id, events: events)) == "not known")
    #expect(warnings.withLock { $0 }.count == 1)
    #expect(run.directory.outcome.problems.first?.contains("secrets is forbidden") == true)
  }
}
