import Diagnostics

/// Something that is looked at, changing nothing.
struct HealthCheck: Sendable {
  /// The stable name, which the ids of its findings begin with.
  let id: String
  /// The name for people, a word or two.
  let title: String
  /// How long it may take.
  var limit = Duration.seconds(15)
  /// Looks. An empty answer means that there is nothing to say.
  let run: @Sendable (DoctorContext) async throws -> [CheckFinding]
}

/// A check cannot be made, because something it needs is missing; another check says what.
struct NotCheckable: Error {
  let reason: String
}

extension HealthCheck {
  /// Looks, within the limit, whatever happens.
  func section(_ context: DoctorContext) async -> DoctorReport.Section {
    let start = ContinuousClock.now
    var findings: [CheckFinding]
    do {
      findings = try await withDeadline(.after(limit), awaiting: title) { try await run(context) }
    } catch let error as NotCheckable {
      findings = [CheckFinding(.note, "\(id).unchecked", "not checked: \(error.reason)")]
    } catch is DeadlineExceeded {
      let what = "no answer within \(limit.components.seconds) s"
      findings = [
        CheckFinding(.problem, "\(id).silent", what, remedy: "idpbuilder doctor -l debug shows what it asked")
      ]
    } catch {
      let failure = Failure("the check failed", because: error)
      findings = [
        CheckFinding(.problem, "\(id).failed", failure.what, why: failure.cause, remedy: failure.remedy)
      ]
    }
    findings.sort { $0.level > $1.level }
    return DoctorReport.Section(id: id, title: title, findings: findings, duration: .now - start)
  }
}
