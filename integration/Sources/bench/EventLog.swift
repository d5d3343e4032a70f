import Documents

/// What `create -o json` tells, see docs/events.md.
struct EventLog {
  private let events: [Value]

  init(_ output: String) {
    events = output.split(separator: "\n").compactMap { try? JSON.parse(String($0)) }
  }

  /// When the API server had taken the objects of every core package, in seconds since the start: each package's step
  /// reports that it applies them, and next what it waits for. Nil without a platform.
  var objectsApplied: Double? {
    let times = ["argocd", "gitea", "ingress-nginx"].compactMap { step in
      events.first { event in
        event["step"].stringValue == step && event["event"].stringValue == "progress"
          && event["message"].stringValue?.hasPrefix("applying") == false
      }
    }.compactMap { $0["elapsed"].doubleValue }
    return times.count == 3 ? times.max() : nil
  }
}
