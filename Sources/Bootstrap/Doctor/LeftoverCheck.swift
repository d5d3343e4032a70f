import DockerEngine
import Documents
import FoundationEssentials
import KindCluster
import Kubernetes

extension HealthCheck {
  /// `leftovers`: nothing is left of creations that were cut off, and of clusters that are gone.
  static let leftovers = HealthCheck(id: "leftovers", title: "left-overs", limit: .seconds(30)) { context in
    let engine = try await context.engine().engine
    let clusters = try await ClusterInventory(engine).clusters()
    var findings: [CheckFinding] = []
    for (name, nodes) in clusters {
      // One that is being made at this moment is none.
      if LockFile.isHeld(name: name, engine: engine.endpoint.name, environment: context.environment) { continue }
      if let reason = try await LeftoverCheck.incompleteness(nodes, engine) {
        findings.append(
          CheckFinding(
            .warning, "leftovers.cluster", "cluster \(name) is what a creation that was cut off left behind",
            why: reason, remedy: "idpbuilder delete --name \(name)"))
      }
    }
    let names = Set(clusters.map(\.name))
    findings += try await LeftoverCheck.volumes(engine, clusters: names)
    findings += LeftoverCheck.kubeconfig(context, clusters: names)
    findings += LeftoverCheck.directories(context)
    return findings.isEmpty ? [CheckFinding(.ok, "leftovers.none", "none")] : findings
  }
}

/// What creations leave behind that were killed.
enum LeftoverCheck {
  /// Why the nodes are no cluster that could be started; nil if they are.
  static func incompleteness(_ nodes: [NodeRecord], _ engine: Engine) async throws -> String? {
    guard let controlPlane = nodes.first(where: { $0.role == .controlPlane }) else {
      return "there is no control plane node"
    }
    if let created = nodes.first(where: { $0.state == "created" }) { return "node \(created.name) was never started" }
    let archive = try await engine.getArchive(controlPlane.name, path: "/etc/kubernetes/admin.conf")
    return archive == nil ? "kubeadm has not made the control plane" : nil
  }

  /// Volumes that belong to a cluster by its label, and to no container.
  static func volumes(_ engine: Engine, clusters: Set<String>) async throws -> [CheckFinding] {
    try await engine.listVolumes(labels: [Names.clusterLabel]).compactMap { volume in
      guard let name = volume["Name"].stringValue,
        let cluster = volume["Labels"][Names.clusterLabel].stringValue, !clusters.contains(cluster)
      else { return nil }
      return CheckFinding(
        .warning, "leftovers.volume", "volume \(name) belongs to cluster \(cluster), which is gone",
        why: "it takes room", remedy: "docker volume rm \(name)")
    }
  }

  /// kubectl's lock on the kubeconfig, and entries of clusters that are gone.
  static func kubeconfig(_ context: DoctorContext, clusters: Set<String>) -> [CheckFinding] {
    let paths = KubeconfigPaths(explicit: context.options.kubeconfig, environment: context.environment)
    var findings: [CheckFinding] = []
    for path in paths.all where context.system.exists("\(path).lock") {
      findings.append(
        CheckFinding(
          .warning, "leftovers.kubeconfig-lock", "the kubeconfig \(path) is locked by \(path).lock",
          why: "a program that was changing it was killed, unless one is at it just now",
          remedy: "if no kubectl, kind or idpbuilder runs: rm \(path).lock"))
    }
    do {
      for kubeconfig in try paths.load() {
        for entry in kubeconfig.contextNames where entry.hasPrefix("kind-") {
          let cluster = String(entry.dropFirst("kind-".count))
          if clusters.contains(cluster) { continue }
          findings.append(
            CheckFinding(
              .note, "leftovers.kubeconfig",
              "the kubeconfig has an entry of cluster \(cluster), which this engine lacks",
              remedy: "idpbuilder delete --name \(cluster), unless the cluster is in another engine"))
        }
      }
    } catch {
      findings.append(
        CheckFinding(
          .problem, "leftovers.kubeconfig-damaged", "the kubeconfig cannot be read", why: "\(error)",
          remedy: "mend it, or write to another one: --kubeconfig FILE"))
    }
    return findings
  }

  /// Logs that failed runs saved.
  static func directories(_ context: DoctorContext) -> [CheckFinding] {
    let root = context.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let found = context.system.names(root).filter { name in
      // idpbuilder-NAME-20260821-101500-4711
      let parts = name.split(separator: "-")
      return parts.count >= 5 && parts[0] == "idpbuilder"
        && parts.suffix(3).allSatisfy { $0.allSatisfy(\.isNumber) } && parts[parts.count - 3].count == 8
    }
    guard let first = found.first else { return [] }
    return [
      CheckFinding(
        .note, "leftovers.logs",
        "\(found.count) \(found.count == 1 ? "directory" : "directories") with the logs of "
          + "failed runs in \(root), such as \(first)",
        remedy: "look at them, or remove them: rm -r \(root)/idpbuilder-*-[0-9]*-[0-9]*-[0-9]*")
    ]
  }
}
