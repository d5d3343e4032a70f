import Archive
import Diagnostics
import DockerEngine
import Documents
import KindCluster
import Kubernetes

extension ExportRun {
  /// `nodes`: container, console, journal and the logs of pods as they lie there.
  func saveNodes(_ context: StepContext) async throws -> String? {
    for node in facts.nodes {
      context.report(node.name)
      if let container = facts.containers[node.name] {
        let shown = ObjectRedaction.redact(Self.withoutSecretVariables(container))
        try directory.write(JSON.string(shown, pretty: true) + "\n", to: "\(node.name)/inspect.json")
      }
      try await attempt("\(node.name)/serial.log") {
        try await NodeLogs(engine).containerLog(node.name)
      }
      guard node.state == "running" else { continue }
      for (file, command) in NodeLogs.commands {
        try await attempt("\(node.name)/\(file)") {
          let result = try await Node(engine, name: node.name).run(command, deadline: .after(.seconds(30)))
          return result.stdout + result.stderr
        }
      }
      try await savePodFiles(node)
    }
    return facts.nodes.map(\.name).joined(separator: ", ")
  }

  /// The kubelet's files, which are there even when the API server is not.
  private func savePodFiles(_ node: NodeRecord) async throws {
    do {
      guard let archive = try await engine.getArchive(node.name, path: "/var/log/pods") else { return }
      let reader = TarReader(archive)
      while let entry = try await reader.next() {
        guard case .file = entry.kind, !entry.path.pathParts.contains("..") else { continue }
        try directory.write(try await reader.content(limit: Self.largestLog), to: "\(node.name)/\(entry.path)")
      }
    } catch let failure as Failure {
      throw failure
    } catch {
      try Task.checkCancellation()
      directory.note("\(node.name)/pods: \(error)")
    }
  }

  /// The largest log that is saved whole, in bytes.
  static let largestLog = 64 << 20

  /// Writes what the body gets, or notes why it could not be had.
  func attempt(_ file: String, _ body: () async throws -> [UInt8]) async throws {
    let content: [UInt8]
    do {
      content = try await body()
    } catch {
      try Task.checkCancellation()
      return directory.note("\(file): \(error)")
    }
    try directory.write(content, to: file)
  }

  /// Variables of the node's environment that look like secrets, written `NAME=value`.
  static func withoutSecretVariables(_ container: Value) -> Value {
    var container = container
    for index in container["Config"]["Env"].elements.indices {
      guard let text = container["Config"]["Env"][index].stringValue, let sign = text.firstIndex(of: "="),
        SecretWords.matches(String(text[..<sign]))
      else { continue }
      container["Config"]["Env"][index] = .string("\(text[..<sign])=\(Redactor.mark)")
    }
    return container
  }
}
