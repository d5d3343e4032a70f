import Harness

/// The cluster alone: `create --cluster-only` beside `kind create cluster --wait`, and deleting it.
struct ClusterPart {
  private let bench: Bench

  init(_ bench: Bench) { self.bench = bench }

  func round(_ round: Int, _ samples: inout Samples) async throws {
    let contenders = bench.settings.kind == nil ? [.ours] : [Contender.ours, .kind]
    for contender in bench.order(contenders, round: round) {
      complain("cluster, round \(round) of \(bench.settings.rounds): \(contender.rawValue)")
      do {
        let created = try await run(contender, createArguments(contender))
        samples.add(.clusterReady, contender, created.duration)
        samples.add(.clusterCPU, contender, created.cpu)
        samples.add(.clusterDelete, contender, try await run(contender, deleteArguments(contender)).duration)
      } catch {
        _ = try? await run(contender, deleteArguments(contender))
        guard contender != .ours else { throw error }
        samples.note("\(error)")
      }
    }
  }

  private func run(_ contender: Contender, _ arguments: [String]) async throws -> ProgramResult {
    let path = contender == .kind ? bench.settings.kind ?? "kind" : bench.settings.program
    return try await bench.measured(contender, path, arguments)
  }

  private func createArguments(_ contender: Contender) -> [String] {
    switch contender {
    case .kind: ["create", "cluster", "--name", "bench", "--image", bench.settings.image, "--wait", "300s"]
    default: ["create", "--cluster-only", "--name", "bench", "--node-image", bench.settings.image]
    }
  }

  private func deleteArguments(_ contender: Contender) -> [String] {
    contender == .kind ? ["delete", "cluster", "--name", "bench"] : ["delete", "--name", "bench"]
  }
}
