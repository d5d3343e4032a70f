import Harness

/// What is measured.
enum Measure: String, CaseIterable {
  case create = "create until Ready"
  case delete = "delete"
  case version = "version"
}

/// Who is measured.
enum Contender: CaseIterable {
  case idpbuilder
  case kind
}

/// Runs the programs and keeps what they used.
final class Bench {
  private let settings: Settings
  private(set) var samples: [Measure: [Contender: [ProgramResult]]] = [:]

  init(_ settings: Settings) { self.settings = settings }

  /// Measures everything.
  /// - Throws: ``ProgramError`` if a program fails.
  func run() async throws {
    for _ in 0..<20 {
      for contender in Contender.allCases { try await measure(.version, contender, ["version"]) }
    }
    for round in 1...settings.rounds {
      // Alternating also in who comes first.
      for contender in round % 2 == 1 ? Contender.allCases : Contender.allCases.reversed() {
        complain("round \(round) of \(settings.rounds): \(contender)")
        do {
          try await measure(.create, contender, createArguments(contender))
        } catch {
          _ = try? await Program.run(path(contender), deleteArguments(contender), environment: environment)
          throw error
        }
        try await measure(.delete, contender, deleteArguments(contender))
      }
    }
  }

  private func measure(_ measure: Measure, _ contender: Contender, _ arguments: [String]) async throws {
    let result = try await Program.run(
      path(contender), arguments, environment: environment, limit: .seconds(600))
    guard result.status == 0 else {
      throw ProgramError("\(contender) \(arguments.joined(separator: " ")): \(result.transcript)")
    }
    samples[measure, default: [:]][contender, default: []].append(result)
  }

  private func path(_ contender: Contender) -> String {
    contender == .kind ? settings.kind : settings.idpbuilder
  }

  private func createArguments(_ contender: Contender) -> [String] {
    switch contender {
    case .idpbuilder: ["create", "--cluster-only", "--name", "bench", "--node-image", settings.image]
    case .kind: ["create", "cluster", "--name", "bench", "--image", settings.image, "--wait", "300s"]
    }
  }

  private func deleteArguments(_ contender: Contender) -> [String] {
    contender == .kind ? ["delete", "cluster", "--name", "bench"] : ["delete", "--name", "bench"]
  }

  private var environment: [String: String] {
    var environment = HarnessEnvironment.all
    environment["KUBECONFIG"] = "/tmp/idpbuilder-bench-kubeconfig"
    return environment
  }
}
