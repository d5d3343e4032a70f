import Documents
import Glibc
import Harness

/// A Docker Engine that belongs to a test: `dockerd` with a folder and a network of its own, so that it can be stopped
/// and killed. The process that starts it, and all that talk to its containers, are in a network namespace of their own
/// (`unshare --net`), since two engines in one would take each other's packet filter rules away.
public final class OwnEngine {
  /// How an engine ends.
  public enum Ending: String, CaseIterable, Sendable {
    /// SIGTERM: it stops its containers first.
    case stopped
    /// SIGKILL: its containers go on until the next one is there.
    case killed
    /// As at a power loss: nothing of it or of its containers is left running.
    case powerLoss = "power loss"
  }

  private let folder: String
  private var program: Program?

  /// An engine in a folder; nothing is started yet.
  /// - Parameter folder: an absolute path, short enough for a Unix socket.
  public init(folder: String) { self.folder = folder }

  /// What `DOCKER_HOST` must be.
  public static func host(folder: String) -> String { "unix://\(folder)/engine.sock" }

  /// Starts the engine and waits until it listens. As a service manager does, it tries again if that fails: dockerd gives
  /// its containerd 15 s, which a busy machine exceeds.
  /// - Throws: ``ProgramError`` if it does not.
  public func start() async throws {
    var attempts = 3
    while true {
      do {
        return try await startOnce()
      } catch {
        attempts -= 1
        guard attempts > 0 else { throw error }
      }
    }
  }

  private func startOnce() async throws {
    TextFile.makeFolder(folder)
    TextFile.remove(folder + "/engine.pid")
    try TextFile.write(folder + "/engine.json", JSON.string(Self.settings()))
    let program = try Program(
      "dockerd",
      [
        "--config-file", folder + "/engine.json", "--data-root", folder + "/data", "--exec-root", folder + "/run",
        "--pidfile", folder + "/engine.pid", "-H", Self.host(folder: folder),
      ], environment: HarnessEnvironment.all, limit: .seconds(24 * 3600))
    self.program = program
    guard await program.output(fulfils: { $0.contains("API listen on") }) else {
      throw ProgramError("dockerd does not start: \(await program.result().errors.suffix(2000))")
    }
  }

  /// Ends the engine and waits until it is gone.
  /// - Throws: ``ProgramError`` if it does not end.
  public func end(_ ending: Ending) async throws {
    guard let program else { return }
    // SIGTERM and SIGKILL are the engine's alone.
    let rest = ending == .powerLoss ? try await otherProcesses() : []
    program.signal(ending == .stopped ? SIGTERM : SIGKILL)
    for process in rest { kill(process, SIGKILL) }
    let result = await program.result()
    self.program = nil
    guard ending != .stopped || result.status == 0 else {
      throw ProgramError("dockerd ended with \(result.status): \(result.errors.suffix(2000))")
    }
  }

  /// Ends the engine for good, with all that runs in it, and removes its folder.
  public func remove() async {
    try? await end(.stopped)
    for process in (try? await otherProcesses()) ?? [] { kill(process, SIGKILL) }
    let mounts = (TextFile.read("/proc/mounts") ?? "").split(separator: "\n").compactMap { line -> String? in
      let fields = line.split(separator: " ")
      return fields.count > 1 && fields[1].hasPrefix(folder + "/") ? String(fields[1]) : nil
    }
    for mount in mounts.sorted(by: >) {
      _ = try? await Program.run("umount", ["-l", mount], environment: HarnessEnvironment.all)
    }
    _ = try? await Program.run("rm", ["-rf", folder], environment: HarnessEnvironment.all)
  }

  /// The engine's containerd, what holds its containers, and their first processes, with which the others end.
  private func otherProcesses() async throws -> [pid_t] {
    let own = try await processes(["-f", folder + "/run"])
    var all = own
    for process in own { all += try await processes(["-P", String(process)]) }
    return all
  }

  private func processes(_ selection: [String]) async throws -> [pid_t] {
    let found = try await Program.run("pgrep", selection, environment: HarnessEnvironment.all)
    return found.output.split(separator: "\n").compactMap { pid_t($0) }.filter { $0 != getpid() && $0 != getppid() }
  }

  /// The machine's own runtimes, which may be needed; and addresses that hardly anybody else has.
  private static func settings() -> Value {
    let machine = TextFile.read("/etc/docker/daemon.json").flatMap { try? JSON.parse($0) } ?? .null
    var settings: Value = [
      "bip": "10.210.0.1/24", "default-address-pools": [["base": "10.211.0.0/16", "size": 24]],
    ]
    for key in ["runtimes", "default-runtime", "exec-opts", "storage-driver"] where machine[key] != .null {
      settings[key] = machine[key]
    }
    return settings
  }
}
