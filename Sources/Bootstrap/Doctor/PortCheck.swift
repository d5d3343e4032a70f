import DockerEngine
import Documents
import KindCluster
import Platform

extension HealthCheck {
  /// `ports`: those that the cluster publishes are free, or its own.
  static let ports = HealthCheck(id: "ports", title: "ports") { context in
    let facts = try await context.engine()
    let cluster = try await context.cluster()
    let wanted = PortCheck.wanted(context.options, cluster)
    let containers = try await facts.engine.listContainers(all: false)
    var findings: [CheckFinding] = []
    for binding in wanted.sorted() {
      let owner = PortCheck.container(at: binding, containers)
      if let owner, cluster?.containers[owner] != nil { continue }
      let isLocal = facts.isLocal(context.system)
      if owner == nil, !isLocal || context.system.isFree(binding.address, binding.port) { continue }
      let processes = owner == nil ? PortProbe.processes(at: binding.port, context.system) : []
      findings.append(PortCheck.taken(binding, container: owner, processes: processes, isNew: cluster == nil))
    }
    guard findings.isEmpty else { return findings }
    let list = wanted.sorted().map(\.description).joined(separator: ", ")
    return [CheckFinding(.ok, "ports.free", cluster == nil ? "free: \(list)" : "the cluster's own or free: \(list)")]
  }
}

/// Ports of this machine and who has them.
enum PortCheck {
  /// A port of this machine.
  struct Binding: Hashable, Comparable, CustomStringConvertible {
    let address: String
    let port: Int

    var description: String { address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)" }

    static func < (left: Binding, right: Binding) -> Bool { (left.port, left.address) < (right.port, right.address) }

    /// Whether both cannot be had at once.
    func overlaps(_ other: Binding) -> Bool {
      let all = ["0.0.0.0", "::", ""]
      return port == other.port
        && (address == other.address || all.contains(address) || all.contains(other.address))
    }
  }

  /// The ports that a cluster publishes, or would publish.
  static func wanted(_ options: DoctorOptions, _ cluster: ClusterFacts?) -> Set<Binding> {
    guard let cluster else {
      return [
        Binding(address: options.listenAddress, port: options.port),
        Binding(address: options.listenAddress, port: Platform.Names.Gitea.sshPort),
      ]
    }
    var found: Set<Binding> = []
    for container in cluster.containers.values {
      for (name, bindings) in container["HostConfig"]["PortBindings"].members where name.hasSuffix("/tcp") {
        for binding in bindings.elements {
          guard let port = binding["HostPort"].stringValue.flatMap({ Int($0) }), port > 0 else { continue }
          let address = binding["HostIp"].stringValue ?? ""
          found.insert(Binding(address: address.isEmpty ? "0.0.0.0" : address, port: port))
        }
      }
    }
    return found
  }

  /// The running container that publishes at a port.
  static func container(at wanted: Binding, _ containers: [Value]) -> String? {
    for container in containers {
      for port in container["Ports"].elements where port["Type"] == "tcp" {
        guard let number = port["PublicPort"].intValue else { continue }
        guard Binding(address: port["IP"].stringValue ?? "", port: number).overlaps(wanted) else { continue }
        let name = container["Names"][0].stringValue ?? "unknown"
        return name.hasPrefix("/") ? String(name.dropFirst()) : name
      }
    }
    return nil
  }

  static func taken(_ binding: Binding, container: String?, processes: [String], isNew: Bool) -> CheckFinding {
    let flag = binding.port == Platform.Names.Gitea.sshPort ? "address with --listen-address" : "one with --port"
    let other = isNew ? ", or choose another \(flag)" : ""
    if let container {
      return CheckFinding(
        .problem, "ports.taken", "port \(binding) is taken by container \(container)",
        why: "the node cannot publish it, and does not start", remedy: "docker stop \(container)\(other)")
    }
    let owner = processes.isEmpty ? "another program" : processes.joined(separator: ", ")
    let look = processes.isEmpty ? "find it (sudo ss -ltnp 'sport = :\(binding.port)') and end it" : "end it"
    return CheckFinding(
      .problem, "ports.taken", "port \(binding) is taken by \(owner)",
      why: "the node cannot publish it, and does not start", remedy: "\(look)\(other)")
  }
}
