public import Diagnostics
import DockerEngine
import Synchronization

extension Node {
  /// Runs `kubeadm init` or `kubeadm join` with the configuration that was written into the node.
  ///
  /// - Parameters:
  ///   - action: What kubeadm shall do.
  ///   - deadline: When to give up.
  ///   - progress: Called with kubeadm's phase whenever it changes, and with whether the credentials are written.
  /// - Throws: `Failure` with kubeadm's own error, `EngineError`, `DeadlineExceeded`.
  public func kubeadm(
    _ action: KubeadmAction, deadline: Deadline, progress: @escaping @Sendable (KubeadmProgress) -> Void
  ) async throws {
    let state = Mutex(KubeadmProgress())
    var command = ["kubeadm", action.rawValue, "--config=\(Names.kubeadmConfiguration)"]
    if action == .initialize { command.append("--skip-token-print") }
    // Level 6 names every request of its client, which is what one wants to see in saved logs.
    command.append("--v=6")
    let code = try await engine.execute(in: name, command, deadline: deadline) { _, bytes in
      let (changed, now) = state.withLock { ($0.take(bytes), $0) }
      if changed { progress(now) }
    }
    guard code == 0 else {
      let now = state.withLock { $0 }
      throw Failure(
        "kubeadm \(action.rawValue) failed in node \(name)" + (now.phase.map { " in phase \($0)" } ?? ""),
        cause: now.complaint.isEmpty ? "it ended with exit code \(code) and said nothing" : now.complaint,
        remedy: "look into the saved node logs; journalctl -u kubelet in the node says why the kubelet is unhappy",
        status: .unhealthy)
    }
  }
}

/// What kubeadm can be asked to do.
public enum KubeadmAction: String, Sendable {
  /// Makes the first control plane.
  case initialize = "init"
  /// Joins a cluster.
  case join
}
