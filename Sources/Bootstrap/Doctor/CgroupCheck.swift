import Documents

extension HealthCheck {
  /// `cgroups`: the kernel's control groups are of a kind that the kubelet can work with.
  static let cgroups = HealthCheck(id: "cgroups", title: "control groups") { context in
    CgroupCheck.findings(try await context.engine().info)
  }
}

/// What an engine says of control groups.
enum CgroupCheck {
  /// Judges the answer of `GET /info`.
  ///
  /// Since Kubernetes 1.35 the kubelet refuses cgroup v1 unless its configuration has `failCgroupV1: false`
  /// (<https://kubernetes.io/docs/concepts/architecture/cgroups/>), which `KubeadmConfiguration` sets where it is needed.
  static func findings(_ info: Value) -> [CheckFinding] {
    let version = info["CgroupVersion"].stringValue ?? "1"
    let isRootless = info["SecurityOptions"].elements.contains { $0.stringValue?.contains("name=rootless") == true }
    let useV2 = "boot the machine with cgroup v2 (kernel parameter systemd.unified_cgroup_hierarchy=1)"
    var findings: [CheckFinding] = []
    if isRootless, version == "1" {
      findings.append(
        CheckFinding(
          .problem, "cgroups.rootless", "a rootless engine with cgroup v1",
          why: "limits cannot be set, and nodes do not start", remedy: useV2))
    }
    if isRootless, version == "2", info["MemoryLimit"] == false || info["PidsLimit"] == false {
      findings.append(
        CheckFinding(
          .problem, "cgroups.delegation", "the rootless engine may not use the controllers that the kubelet needs",
          why: "systemd delegates only some to a user's services",
          remedy: "put `[Service]` and `Delegate=cpu cpuset io memory pids` into "
            + "/etc/systemd/system/user@.service.d/delegate.conf, run `sudo systemctl daemon-reload`, log in again"))
    } else if info["MemoryLimit"] == false {
      findings.append(
        CheckFinding(
          .warning, "cgroups.memory", "the kernel does not limit memory", why: "memory limits of pods have no effect",
          remedy: "boot the machine with the kernel parameter cgroup_enable=memory"))
    }
    if version == "1", !isRootless {
      findings.append(
        CheckFinding(
          .note, "cgroups.v1", "cgroup v1, driver \(info["CgroupDriver"].stringValue ?? "unknown")",
          why: "the kubelet of Kubernetes 1.35 and newer refuses cgroup v1 unless failCgroupV1 is false; "
            + "idpbuilder's clusters set it, others may not start", remedy: useV2))
    }
    if findings.isEmpty {
      findings.append(
        CheckFinding(
          .ok, "cgroups.v\(version)", "cgroup v\(version), driver \(info["CgroupDriver"].stringValue ?? "unknown")"))
    }
    return findings
  }
}
