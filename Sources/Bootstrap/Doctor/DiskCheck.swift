import Diagnostics
import DockerEngine
import Documents
import KindCluster

extension HealthCheck {
  /// `disk`: the engine's file system has room for images and volumes.
  static let disk = HealthCheck(id: "disk", title: "disk", limit: .seconds(20)) { context in
    let facts = try await context.engine()
    if facts.isLocal(context.system), let root = facts.info["DockerRootDir"].stringValue,
      let space = context.system.space(root)
    {
      return DiskCheck.findings(free: Int64(clamping: space.free), at: root)
    }
    // The file systems of another machine are seen only through a node there.
    if let node = try await context.cluster()?.controlPlane, node.state == "running" {
      let result = try await Node(facts.engine, name: node.name).run(
        ["stat", "-f", "-c", "%a %S", "/var"], deadline: .after(.seconds(10)))
      let numbers = result.output.split { $0 == " " || $0 == "\n" }.compactMap { Int64($0) }
      if result.exitCode == 0, numbers.count == 2 {
        return DiskCheck.findings(free: numbers[0] * numbers[1], at: "the engine's disk")
      }
    }
    let usage = try await facts.engine.diskUsage()
    let used = usage["LayersSize"].intValue.map { "; its images take \(MemorySize.text(Int64($0)))" } ?? ""
    return [CheckFinding(.note, "disk.unknown", "the engine does not say how much is free\(used)")]
  }
}

/// How much room there is.
enum DiskCheck {
  /// A node image and the platform's images take about 3 GB unpacked.
  static let least: Int64 = 2 << 30
  static let enough: Int64 = 8 << 30

  static func findings(free: Int64, at place: String) -> [CheckFinding] {
    let text = "\(MemorySize.text(free)) free at \(place)"
    let remedy = "`docker system df` shows what takes room; `docker image prune` removes unused images"
    if free < least {
      return [
        CheckFinding(
          .problem, "disk.full", "only \(text)", why: "images cannot be unpacked, and etcd stops writing",
          remedy: remedy)
      ]
    }
    if free < enough {
      return [
        CheckFinding(
          .warning, "disk.scarce", "only \(text)", why: "the platform's images need about 3 GiB", remedy: remedy)
      ]
    }
    return [CheckFinding(.ok, "disk.free", text)]
  }
}
