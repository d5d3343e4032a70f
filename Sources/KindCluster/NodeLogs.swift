import Archive
import Diagnostics
public import DockerEngine
import Documents
import FoundationEssentials

/// Saves what explains a node's trouble, in the files that `kind export logs` writes.
///
/// Source: kind `pkg/cluster/internal/logs/logs.go` and `pkg/cluster/internal/providers/common/logs.go`.
public struct NodeLogs: Sendable {
  private let engine: Engine

  /// Reads from an engine.
  public init(_ engine: Engine) { self.engine = engine }

  /// The files that programs in a running node write, with their commands.
  public static let commands: [(file: String, command: [String])] = [
    ("kubernetes-version.txt", ["cat", "/kind/version"]),
    ("journal.log", ["journalctl", "--no-pager"]),
    ("kubelet.log", ["journalctl", "--no-pager", "-u", "kubelet.service"]),
    ("containerd.log", ["journalctl", "--no-pager", "-u", "containerd.service"]),
    ("images.log", ["crictl", "images"]),
  ]

  /// Saves the logs of nodes, each in a directory of its name; what cannot be had is left out.
  ///
  /// - Parameters:
  ///   - nodes: Names of node containers.
  ///   - directory: Where; made if missing, readable by its owner only, as logs may hold secrets.
  /// - Throws: The file system's error when nothing can be written.
  public func save(_ nodes: [String], to directory: String) async throws {
    for name in nodes {
      let place = "\(directory)/\(name)"
      try FileManager.default.createDirectory(
        atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      guard let container = try await engine.inspectContainer(name) else { continue }
      try write(Array(JSON.string(container, pretty: true).utf8), to: "\(place)/inspect.json")
      if let log = try? await containerLog(name) { try write(log, to: "\(place)/serial.log") }
      guard container["State"]["Running"].boolValue == true else { continue }
      for (file, command) in Self.commands {
        guard let result = try? await Node(engine, name: name).run(command, deadline: .after(.seconds(15))) else {
          continue
        }
        try write(result.stdout + result.stderr, to: "\(place)/\(file)")
      }
      try? await savePods(of: name, to: place)
    }
  }

  /// The archive has the directory itself as its root, and is unpacked into a new directory only.
  private func savePods(of name: String, to place: String) async throws {
    guard let archive = try await engine.getArchive(name, path: "/var/log/pods") else { return }
    let unpacked = "\(place)/unpacked"
    try await TarReader(archive).extract(to: unpacked)
    try FileManager.default.moveItem(atPath: "\(unpacked)/pods", toPath: "\(place)/pods")
    try FileManager.default.removeItem(atPath: unpacked)
  }

  /// What a node's container has written to its console.
  ///
  /// - Parameter name: The container.
  /// - Returns: The log as bytes.
  /// - Throws: `EngineError`.
  public func containerLog(_ name: String) async throws -> [UInt8] {
    var log: [UInt8] = []
    for try await chunk in try await engine.containerLogs(name, follow: false, tty: true) { log += chunk.bytes }
    return log
  }

  private func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(filePath: path))
  }
}
