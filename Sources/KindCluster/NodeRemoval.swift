public import Diagnostics
public import DockerEngine
import Documents

/// Removes node containers with their volumes, and does not rest before the engine lists none.
///
/// A container that is being made when its maker ends is listed by the engine, yet cannot be removed until it is
/// complete (the engine says "no such container"); one that somebody else is removing is listed a little longer. There
/// is no notice of either, so the list is looked at again.
public enum NodeRemoval {
  /// Removes all containers that have the labels.
  ///
  /// - Parameters:
  ///   - labels: `key` or `key=value` each; a container must have all of them.
  ///   - engine: The engine.
  ///   - deadline: When to give up.
  /// - Returns: Whether there was anything to remove.
  /// - Throws: `EngineError`, `DeadlineExceeded`.
  @discardableResult
  public static func removeAll(
    labels: [String], _ engine: Engine, deadline: Deadline = .after(.seconds(60))
  ) async throws -> Bool {
    var backoff = Backoff(first: .milliseconds(20), limit: .milliseconds(500))
    var found = false
    while true {
      let ids = try await engine.listContainers(labels: labels, all: true).compactMap { $0["Id"].stringValue }
      if ids.isEmpty { return found }
      let isAgain = found
      found = true
      if isAgain { try await backoff.pause(until: deadline, awaiting: "the engine to remove \(ids.count) containers") }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for id in ids { group.addTask { try await remove(id, engine) } }
        try await group.waitForAll()
      }
    }
  }

  private static func remove(_ id: String, _ engine: Engine) async throws {
    do {
      try await engine.removeContainer(id, force: true, volumes: true)
    } catch let error as EngineError where error.isNotFound || error.isConflict {
      // Not complete yet, gone, or being removed by somebody else: the next look at the list tells.
    }
  }
}
