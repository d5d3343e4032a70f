import Documents
import Harness

/// A platform made by a program that has `create`, `get secrets` and `delete`: ours, or the peer's.
struct GivenPlatform {
  private let bench: Bench
  private let contender: Contender
  private let program: String

  init(_ bench: Bench, _ contender: Contender, _ program: String) {
    self.bench = bench
    self.contender = contender
    self.program = program
  }

  func measure(_ samples: inout Samples) async throws {
    try await first(&samples)
    samples.add(.noChange, contender, try await create().duration)
    for _ in 0..<5 {
      samples.add(.secrets, contender, try await run(["get", "secrets"] + named).duration)
      if contender == .ours, let kubectl = bench.settings.kubectl {
        // What somebody would type without us, on the same cluster.
        let arguments = ["get", "secrets", "-A", "-l", "cnoe.io/cli-secret=true", "-o", "yaml"]
        samples.add(.secrets, .byHand, try await bench.measured(contender, kubectl, arguments).duration)
      }
    }
    if contender == .ours { try await snapshot(&samples) }
    try await oneChangedFile(&samples)
    samples.add(.delete, contender, try await run(delete).duration)
    if contender == .ours { try await prepared(&samples) }
  }

  /// A platform from nothing.
  private func first(_ samples: inout Samples) async throws {
    let created = try await create()
    samples.add(.healthy, contender, created.duration)
    samples.add(.cpu, contender, created.cpu)
    samples.add(.memory, contender, bytes: created.peakMemory)
    if let bytes = try await receivedBytes() { samples.add(.received, contender, bytes: bytes) }
    if contender == .ours, let applied = EventLog(created.output).objectsApplied {
      samples.add(.objectsApplied, contender, applied)
    }
  }

  /// A package of one ConfigMap; its change is brought in by another `create`, as by somebody who edits and runs.
  private func oneChangedFile(_ samples: inout Samples) async throws {
    guard let kubectl = bench.settings.kubectl else { return }
    let package = try BenchPackage(folder: "\(bench.folder)/package")
    try package.write(value: "1")
    let given = ["--package", package.folder]
    try await create(given)
    func live(_ value: String) async throws {
      for arguments in package.waits(for: value) { try await bench.measured(contender, kubectl, arguments) }
    }
    try await live("1")
    try package.write(value: "2")
    let start = ContinuousClock.now
    async let end = {
      try await live("2"); return ContinuousClock.now
    }()
    try await create(given)
    samples.add(.oneFile, contender, try await end - start)
  }

  /// A platform like every one after the first on a machine: what is made once has been made.
  private func prepared(_ samples: inout Samples) async throws {
    try await run(["cache", "build", "--node-image", bench.settings.image])
    let created = try await run(createArguments.filter { $0 != "--no-cache" })
    samples.add(.healthyPrepared, contender, created.duration)
    try await run(delete)
  }

  /// The same platform, once it has been saved.
  private func snapshot(_ samples: inout Samples) async throws {
    try await run(["snapshot", "save"] + named)
    try await run(delete)
    let restored = try await run(createArguments.filter { $0 != "--no-snapshot" })
    samples.add(.healthyFromSnapshot, contender, restored.duration)
    try await run(["snapshot", "delete", "--all"] + named)
  }

  // MARK: Commands

  private var named: [String] { contender == .ours ? ["--name", "bench"] : [] }
  private var delete: [String] { ["delete", "--name", "bench"] }

  private var createArguments: [String] {
    switch contender {
    case .ours:
      ["create", "--name", "bench", "--node-image", bench.settings.image, "--no-snapshot", "--no-cache", "-o", "json"]
        + bench.settings.programArguments
    default: ["create", "--name", "bench", "--no-exit=false"] + bench.settings.peerArguments
    }
  }

  @discardableResult
  private func create(_ more: [String] = []) async throws -> ProgramResult { try await run(createArguments + more) }

  @discardableResult
  private func run(_ arguments: [String]) async throws -> ProgramResult {
    try await bench.measured(contender, program, arguments)
  }

  /// What the node's interface has received: pulled images would be here, beside clients' requests and pushes.
  private func receivedBytes() async throws -> Int? {
    let table = try await Docker().run(["exec", "bench-control-plane", "cat", "/proc/net/dev"])
    // Source: proc(5), /proc/net/dev: the interface, then the received bytes.
    let line = table.split(separator: "\n").first { $0.contains("eth0:") }
    return line?.split(separator: ":").last?.split(separator: " ").first.flatMap { Int($0) }
  }
}
