public import Documents

/// How far Argo CD is with an Application.
public enum ApplicationState: Sendable, Hashable {
  /// What Git says is in the cluster and works; the revision is a commit's hash.
  case done(revision: String)
  /// It is not yet; in words for people.
  case waiting(String)
  /// It is not, and Argo CD says what is wrong. It tries again by itself, so this may still change.
  case troubled(String)

  /// Reads an Application's status.
  ///
  /// - Parameters:
  ///   - application: The Application as it is in the cluster.
  ///   - revision: The commit that must be in force; nil for any.
  public init(_ application: Value, revision: String? = nil) {
    let status = application["status"]
    let sync = status["sync"]["status"].stringValue ?? "Unknown"
    let health = status["health"]["status"].stringValue ?? "Unknown"
    let current = status["sync"]["revision"].stringValue ?? ""
    if let problem = Self.problem(status) {
      self = .troubled(problem)
    } else if sync == "Synced", health == "Healthy", !current.isEmpty, revision == nil || revision == current {
      self = .done(revision: current)
    } else if status.isNull || status["sync"].isNull {
      self = .waiting("not looked at yet")
    } else if let revision, !current.isEmpty, current != revision {
      self = .waiting("at \(current.prefix(7)), not yet at \(revision.prefix(7))")
    } else if status["operationState"]["phase"].stringValue == "Running" {
      self = .waiting("syncing: \(status["operationState"]["message"].stringValue ?? "started")")
    } else if sync != "Synced" {
      self = .waiting("not synced (\(sync))")
    } else {
      let detail = status["health"]["message"].stringValue.map { ": \($0)" } ?? ""
      self = .waiting("synced, health \(health)\(detail)")
    }
  }

  /// The first error among the conditions, or a failed sync.
  private static func problem(_ status: Value) -> String? {
    for condition in status["conditions"].elements {
      guard let type = condition["type"].stringValue, type.hasSuffix("Error") else { continue }
      return "\(type): \(condition["message"].stringValue ?? "without a message")"
    }
    let operation = status["operationState"]
    guard let phase = operation["phase"].stringValue, phase == "Failed" || phase == "Error" else { return nil }
    let failed = operation["syncResult"]["resources"].elements.first { $0["status"].stringValue == "SyncFailed" }
    let detail = failed.map { resource in
      "; \(resource["kind"].stringValue ?? "") \(resource["name"].stringValue ?? ""): "
        + (resource["message"].stringValue ?? "")
    }
    return "sync failed: \(operation["message"].stringValue ?? "without a message")\(detail ?? "")"
  }
}
