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
    // What its owner does not allow Argo CD to do is not waited for.
    let sync =
      Self.leftovers(of: application).isEmpty ? status["sync"]["status"].stringValue ?? "Unknown" : "Synced"
    let health = status["health"]["status"].stringValue ?? "Unknown"
    // Several sources have a revision each.
    let revisions = status["sync"]["revisions"].elements.compactMap(\.stringValue)
    let current =
      revisions.isEmpty ? status["sync"]["revision"].stringValue ?? "" : revisions.joined(separator: ",")
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

  /// Objects that are gone from Git but not from the cluster, because the Application does not prune; empty if anything else
  /// keeps it from being Synced.
  ///
  /// - Parameter application: The Application as it is in the cluster.
  /// - Returns: Their kinds, namespaces and names, as `kubectl delete` takes them: `ConfigMap a -n b`.
  public static func leftovers(of application: Value) -> [String] {
    let different = application["status"]["resources"].elements.filter { $0["status"] == "OutOfSync" }
    guard application["status"]["sync"]["status"] == "OutOfSync", !different.isEmpty,
      application["spec"]["syncPolicy"]["automated"]["prune"] != true,
      different.allSatisfy({ $0["requiresPruning"] == true })
    else { return [] }
    return different.map { resource in
      let namespace = resource["namespace"].stringValue.flatMap { $0.isEmpty ? nil : " -n \($0)" } ?? ""
      return "\(resource["kind"].stringValue ?? "") \(resource["name"].stringValue ?? "")\(namespace)"
    }
  }

  /// What a user should know of Applications that are as synced as they will be.
  ///
  /// - Parameter application: The Application as it is in the cluster.
  /// - Returns: A sentence with the command that removes what is left over; nil if nothing is.
  public static func leftoverNotice(_ application: Value) -> String? {
    let leftovers = leftovers(of: application)
    guard !leftovers.isEmpty else { return nil }
    let name = application["metadata"]["name"].stringValue ?? ""
    return "\(name): no longer in Git, but left in the cluster, since the Application does not prune: "
      + leftovers.map { "kubectl delete \($0)" }.joined(separator: "; ")
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
