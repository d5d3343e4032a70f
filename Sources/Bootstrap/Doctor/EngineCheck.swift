import Diagnostics
import DockerEngine
import Documents

extension HealthCheck {
  /// `engine`: there is one, it answers, we may use it, and it is new enough.
  static let engine = HealthCheck(id: "engine", title: "container engine", limit: .seconds(20)) { context in
    let facts: EngineFacts
    do {
      facts = try await context.connectedEngine()
    } catch let error as EngineError {
      return [EngineCheck.finding(error)]
    }
    let info = facts.info
    var findings: [CheckFinding] = []
    if let system = info["OSType"].stringValue, system != "linux" {
      findings.append(
        CheckFinding(
          .problem, "engine.system", "the engine runs \(system) containers", why: "nodes are Linux containers",
          remedy: "switch the engine to Linux containers"))
    }
    findings.append(
      CheckFinding(
        .ok, "engine.version",
        "\(facts.engine.product), API \(facts.engine.apiVersion), at \(facts.engine.endpoint)"))
    return findings
  }
}

/// What an engine's refusal means.
enum EngineCheck {
  static func finding(_ error: EngineError) -> CheckFinding {
    let id =
      switch error.code {
      case .permissionDenied: "engine.permission"
      case .unreachable: "engine.unreachable"
      case .tooOld: "engine.old"
      case .timedOut: "engine.silent"
      case .badConfiguration: "engine.configuration"
      case .tls: "engine.tls"
      default: "engine.failed"
      }
    return CheckFinding(.problem, id, error.message, why: "everything runs in its containers", remedy: error.remedy)
  }
}
