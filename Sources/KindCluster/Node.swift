public import Archive
public import Diagnostics
public import DockerEngine
import Documents

/// A node that exists: run programs in it, read and write its files.
public struct Node: Sendable {
  /// The engine that has the node.
  public let engine: Engine
  /// The container's and the node's name.
  public let name: String

  /// A node by name; nothing is looked up.
  public init(_ engine: Engine, name: String) {
    self.engine = engine
    self.name = name
  }

  /// Runs a program and collects what it prints.
  ///
  /// - Parameters:
  ///   - command: The program and its arguments; no shell is involved.
  ///   - deadline: When to give up; the program itself may go on in the node.
  /// - Returns: Its output; a non-zero exit code is a result, not an error.
  /// - Throws: `EngineError`.
  public func run(_ command: [String], deadline: Deadline = .after(.seconds(60))) async throws -> ExecutionResult {
    try await engine.execute(in: name, command, deadline: deadline)
  }

  /// Reads a file of the node.
  ///
  /// - Parameters:
  ///   - path: An absolute path; not one under `/run` or `/tmp`, which the engine's archive cannot see.
  ///   - limit: The largest size in bytes that is accepted.
  /// - Returns: The content, nil if there is no such file.
  /// - Throws: `EngineError`, `ArchiveError`, `DeadlineExceeded`.
  public func read(_ path: String, limit: Int = 8 << 20) async throws -> [UInt8]? {
    try await repeatingLosses("file \(path) of node \(name)") { try await readOnce(path, limit: limit) }
  }

  /// Does again what does no harm twice, when the connection to the engine is lost or its answer is spoilt.
  private func repeatingLosses<Result: Sendable>(
    _ awaited: String, _ attempt: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    var backoff = Backoff(first: .milliseconds(200))
    let deadline = Deadline.after(.seconds(60))
    var losses = 0
    while true {
      do {
        return try await withDeadline(deadline, awaiting: awaited, attempt)
      } catch {
        guard losses < 3, Self.isLoss(error) || (losses > 0 && Self.isUnreachable(error)) else { throw error }
        losses += 1
        try await backoff.pause(until: deadline, awaiting: awaited)
      }
    }
  }

  /// Whether the other half of what was asked for was lost on the way.
  private static func isLoss(_ error: any Error) -> Bool {
    if let error = error as? ArchiveError { return error.code == .truncated || error.code == .malformed }
    return (error as? EngineError)?.isAnswerLost == true
  }

  private static func isUnreachable(_ error: any Error) -> Bool { (error as? EngineError)?.code == .unreachable }

  private func readOnce(_ path: String, limit: Int) async throws -> [UInt8]? {
    guard let archive = try await engine.getArchive(name, path: path) else { return nil }
    let reader = TarReader(archive)
    while let entry = try await reader.next() {
      if case .file = entry.kind { return try await reader.content(limit: limit) }
    }
    return nil
  }

  /// Writes files into the node, in one request.
  ///
  /// - Parameter files: What to write; paths are relative to the node's root. Missing directories are made.
  /// - Throws: `EngineError`, `ArchiveError`, `DeadlineExceeded`.
  public func write(_ files: [TarItem]) async throws {
    try await repeatingLosses("the engine to write files into node \(name)") {
      try await engine.putArchive(name, path: "/", tar: TarWriter(files).bytes())
    }
  }

  /// The node's addresses in the node network.
  ///
  /// - Returns: IPv4, then IPv6 where the network has it.
  /// - Throws: `Failure` if the container is not there or not connected.
  public func addresses() async throws -> (ipv4: String?, ipv6: String?) {
    guard let container = try await engine.inspectContainer(name) else {
      throw Failure("node \(name) is gone", cause: "the engine has no container of that name", status: .notFound)
    }
    let network = container["NetworkSettings"]["Networks"][Names.network]
    func address(_ key: String) -> String? { network[key].stringValue.flatMap { $0.isEmpty ? nil : $0 } }
    return (address("IPAddress"), address("GlobalIPv6Address"))
  }
}
