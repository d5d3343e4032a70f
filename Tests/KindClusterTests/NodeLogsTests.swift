import Archive
import DockerEngine
import FoundationEssentials
import HTTP
import TestSupport
import Testing

@testable import KindCluster

@Suite("Saving a node's logs", .timeLimit(.minutes(1)))
struct NodeLogsTests {
  @Test("everything that can be had is saved, the pods' logs where kind has them")
  func save() async throws {
    let pods = try TarWriter([
      .directory("pods"), .directory("pods/ns_pod_1"), .file("pods/ns_pod_1/0.log", text: "a pod's words"),
    ]).bytes()
    let server = try ScriptedServer { connection, _ in
      while let head = connection.readHead() {
        if head.contains("/archive") {
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(pods.count)\r\n\r\n")
          connection.send(pods)
        } else if head.contains("/logs") {
          connection.respond(body: "the console's words")
        } else if head.contains("/json") {
          connection.respond(body: "{\"State\": {\"Running\": true}}")
        } else {
          connection.respond("500 Internal Server Error", headers: "Connection: close\r\n", body: "no programs here")
          break
        }
      }
    }
    let engine = Engine(
      EngineEndpoint(.tcp(HostPort("127.0.0.1", server.port), tls: nil)), apiVersion: .oldest)
    let directory = FileManager.default.temporaryDirectory.appending(path: "node-logs-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try await NodeLogs(engine).save(["node"], to: directory)
    func text(_ name: String) -> String? {
      FileManager.default.contents(atPath: "\(directory)/node/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(text("serial.log") == "the console's words")
    #expect(text("pods/ns_pod_1/0.log") == "a pod's words")
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/node").sorted()
    #expect(names == ["inspect.json", "pods", "serial.log"])
  }
}
