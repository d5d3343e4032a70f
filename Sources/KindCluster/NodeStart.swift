public import Certificates
public import Diagnostics
import DockerEngine
import Documents

extension Node {
  /// When the node's present run began, by the engine's clock.
  ///
  /// - Returns: The moment; nil if it does not run.
  /// - Throws: `EngineError`.
  public func startTime() async throws -> UnixTime? {
    guard let state = try await engine.inspectContainer(name)?["State"], state["Running"].boolValue == true else {
      return nil
    }
    return state["StartedAt"].stringValue.flatMap { UnixTime($0) }
  }

  /// Starts a node that was stopped or paused, and waits until programs can be run in it.
  ///
  /// - Parameters:
  ///   - deadline: When to give up.
  ///   - progress: Told in words how far the node is.
  /// - Throws: `Failure`, `EngineError`.
  public func start(deadline: Deadline, progress: @escaping @Sendable (String) -> Void) async throws {
    guard let state = try await engine.inspectContainer(name)?["State"] else {
      throw Failure("node \(name) is gone", cause: "the engine has no container of that name", status: .notFound)
    }
    if state["Paused"].boolValue == true { return try await engine.unpauseContainer(name) }
    if state["Running"].boolValue != true { try await engine.startContainer(name) }
    progress("booting")
    try await waitUntilBooted(since: try await startTime(), deadline: deadline, progress: progress)
  }

  /// Ends a node the way its machine would be shut down, so that what runs in it can put its affairs in order.
  ///
  /// systemd alone does not get there: under cgroup v1 it is not told that a container's scope has become empty, and waits
  /// until the engine ends the node by force. So the containers in the node are stopped first, through its runtime.
  ///
  /// - Parameters:
  ///   - patience: How long each of the containers, and then the node, may take before it is ended by force, in whole
  ///     seconds.
  ///   - progress: Told in words how far the node is.
  /// - Throws: `EngineError`.
  public func stop(patience: Duration = .seconds(10), progress: (String) -> Void) async throws {
    guard let container = try await engine.inspectContainer(name) else { return }
    if container["State"]["Paused"].boolValue == true { try await engine.unpauseContainer(name) }
    if container["Config"]["Labels"][Names.roleLabel].stringValue.flatMap(NodeRole.init) != nil {
      progress("stopping its pods")
      // A node that cannot do this is ended all the same.
      do {
        _ = try await run(["/bin/sh", "-c", Self.stopPods(patience)], deadline: .after(patience * 4))
      } catch let error as CancellationError {
        throw error
      } catch {}
    }
    progress("shutting down")
    try await engine.stopContainer(name, timeout: patience * 2)
  }

  /// Ends the kubelet, which would start them again, then all containers, then what is left of the pods.
  private static func stopPods(_ patience: Duration) -> String {
    """
    systemctl stop kubelet
    crictl ps -q | xargs -r -P 32 -n 1 crictl stop --timeout \(patience.components.seconds)
    crictl pods -q --state Ready | xargs -r -P 32 -n 1 crictl stopp
    """
  }
}
