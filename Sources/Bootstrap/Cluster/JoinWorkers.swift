import Diagnostics
import KindCluster

extension ClusterRun {
  /// `workers`: every worker has joined.
  func joinWorkers() -> Step? {
    let workers = zip(cluster.nodes, cluster.nodeNames).filter { $0.0.role == .worker }.map(\.1)
    guard !workers.isEmpty else { return nil }
    return Step(.workers, title: "workers", after: [.controlPlane]) { [engine] context in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for name in workers {
          group.addTask {
            try await Node(engine, name: name).kubeadm(.join, deadline: .after(.seconds(300))) { progress in
              if let phase = progress.phase { context.report("\(name): \(phase)") }
            }
          }
        }
        try await group.waitForAll()
      }
      return workers.joined(separator: ", ")
    }
  }
}
