import Diagnostics
import KindCluster

extension ClusterRun {
  /// The credentials that are good before the cluster's own roles exist (since 1.29), and those of earlier versions.
  private static let credentialFiles = ["/etc/kubernetes/super-admin.conf", "/etc/kubernetes/admin.conf"]

  /// `control plane`: `kubeadm init` has run to its end.
  ///
  /// Its credentials are read as soon as they are written, so that other steps can talk to the API server while kubeadm
  /// is still busy.
  func initializeControlPlane() -> Step {
    Step(.controlPlane, title: "control plane", after: [.node]) { [self] context in
      try await withThrowingTaskGroup(of: Void.self) { group in
        let (early, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        group.addTask { [self] in
          for await _ in early where try await readCredentials() { break }
        }
        defer { continuation.finish() }
        try await controlPlane.kubeadm(.initialize, deadline: .after(.seconds(300))) { progress in
          if progress.hasCredentials { continuation.yield() }
          if let phase = progress.phase { context.report(Self.words(for: phase)) }
        }
        continuation.finish()
        try await group.waitForAll()
      }
      // kubeadm of another version may print other lines.
      if credentials.current == nil, try await !readCredentials() {
        throw Failure(
          "kubeadm left no credentials in node \(cluster.controlPlaneName)",
          cause: "/etc/kubernetes/admin.conf does not exist", status: .unhealthy)
      }
      return "Kubernetes \(try await version.value())"
    }
  }

  private func readCredentials() async throws -> Bool {
    if credentials.current != nil { return true }
    for path in Self.credentialFiles {
      guard let content = try await controlPlane.read(path), !content.isEmpty else { continue }
      credentials.fulfil(content)
      return true
    }
    return false
  }

  private static func words(for phase: String) -> String {
    switch phase {
    case "certs": "making certificates"
    case "kubeconfig": "making kubeconfig files"
    case "etcd", "control-plane": "writing the control plane's pods"
    case "kubelet-start", "kubelet-check": "starting the kubelet"
    case "wait-control-plane", "control-plane-check", "apiclient": "waiting for the control plane's pods"
    case "upload-config", "upload-certs", "bootstrap-token": "storing the configuration in the cluster"
    case "addons": "installing CoreDNS and kube-proxy"
    default: phase
    }
  }
}
