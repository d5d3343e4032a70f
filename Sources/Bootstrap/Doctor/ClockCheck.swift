import Diagnostics
import DockerEngine
import Certificates
import Documents
import Kubernetes

extension HealthCheck {
  /// `clock`: this machine, the engine and the API server agree on the time.
  static let clock = HealthCheck(id: "clock", title: "clocks") { context in
    let facts = try await context.engine()
    let before = context.system.now()
    let info = try await facts.engine.info()
    let now = (before + context.system.now()) / 2
    var findings: [CheckFinding] = []
    if let time = info["SystemTime"].stringValue.flatMap({ UnixTime($0) }) {
      findings += ClockCheck.findings("the engine's clock", Double(time.seconds) + 0.5 - now)
    }
    if let (_, client) = try? await context.kubernetes(),
      let time = try await client.serverTime(deadline: .after(.seconds(8)))
    {
      findings += ClockCheck.findings("the API server's clock", Double(time) + 0.5 - context.system.now())
    }
    return findings.isEmpty ? [CheckFinding(.ok, "clock.agree", "the clocks agree")] : findings
  }
}

/// How far clocks are apart.
enum ClockCheck {
  /// Seconds that nobody notices: answers take their time, and some clocks have whole seconds.
  static let tolerance = 5.0
  /// Seconds that certificates and tokens do not forgive.
  static let limit = 60.0

  static func findings(_ whose: String, _ seconds: Double) -> [CheckFinding] {
    guard abs(seconds) > tolerance else { return [] }
    let text = "\(whose) is \(Int(abs(seconds))) s \(seconds > 0 ? "ahead of" : "behind") this machine's"
    return [
      CheckFinding(
        abs(seconds) > limit ? .problem : .warning, "clock.skew", text,
        why: "certificates seem not valid yet or expired, and tokens are refused",
        remedy: "set the clock by the network: sudo timedatectl set-ntp true; Docker Desktop: restart it after sleep")
    ]
  }
}
