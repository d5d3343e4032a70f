import Documents

/// What keeps a pod from being ready.
enum PodState: Sendable, Hashable {
  /// Something that passes; in words for people.
  case waiting(String)
  /// Something that does not.
  case failed(WorkloadFailure)

  var waitingText: String? {
    guard case .waiting(let text) = self else { return nil }
    return text
  }

  /// A container that crashed this often, and is held back for it, has not merely met an unlucky start.
  static let crashLimit = 3

  /// Reads the state of a pod; nil if it is ready.
  init?(_ pod: Value, events: [Value]) {
    let conditions = pod["status"]["conditions"].elements
    func condition(_ type: String) -> Value? { conditions.first { $0["type"].stringValue == type } }
    if condition("Ready")?["status"].stringValue == "True" { return nil }

    let containers =
      pod["status"]["initContainerStatuses"].elements.map { ($0, true) }
      + pod["status"]["containerStatuses"].elements.map { ($0, false) }
    for (status, _) in containers {
      if let failure = Self.failure(of: status, in: pod, events) {
        self = .failed(failure)
        return
      }
    }
    if let scheduled = condition("PodScheduled"), scheduled["status"].stringValue == "False" {
      self = .waiting("cannot be scheduled: \(scheduled["message"].stringValue ?? "no reason given")")
      return
    }
    if let image = Self.imageBeingPulled(by: pod, events) {
      self = .waiting("pulling image \(image)")
      return
    }
    for (status, isInit) in containers {
      if let text = Self.text(for: status, isInit: isInit) {
        self = .waiting(text)
        return
      }
    }
    let problem = Self.newest(events, about: pod) { $0["type"].stringValue == "Warning" }
    self = .waiting(problem.map { "starting: \($0["message"].stringValue ?? "")" } ?? "starting")
  }

  private static func failure(of status: Value, in pod: Value, _ events: [Value]) -> WorkloadFailure? {
    let waiting = status["state"]["waiting"]
    func failure(_ kind: WorkloadFailure.Kind, _ message: String) -> WorkloadFailure {
      WorkloadFailure(
        kind: kind, namespace: pod["metadata"]["namespace"].stringValue ?? "",
        pod: pod["metadata"]["name"].stringValue ?? "", container: status["name"].stringValue ?? "",
        image: status["image"].stringValue ?? "", message: message)
    }
    switch waiting["reason"].stringValue {
    case "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull":
      // The event of the attempt has the registry's words; the status may only say that it is waiting.
      let attempt = newest(events, about: pod) {
        $0["reason"].stringValue == "Failed" && ($0["message"].stringValue ?? "").contains("pull image")
      }
      return failure(.imagePull, attempt?["message"].stringValue ?? waiting["message"].stringValue ?? "")
    case "CrashLoopBackOff" where (status["restartCount"].intValue ?? 0) >= crashLimit:
      return failure(.crashLoop, ended(status["lastState"]["terminated"]) ?? waiting["message"].stringValue ?? "")
    default: return nil
    }
  }

  private static func text(for status: Value, isInit: Bool) -> String? {
    let name = status["name"].stringValue ?? "container"
    let state = status["state"]
    if let reason = state["waiting"]["reason"].stringValue {
      switch reason {
      case "PodInitializing": return nil
      case "ContainerCreating": return "starting"
      case "CrashLoopBackOff":
        return "\(name) \(ended(status["lastState"]["terminated"]) ?? "ended"), will be started again"
      default:
        return "\(name): \(state["waiting"]["message"].stringValue ?? reason)"
      }
    }
    if !state["running"].isNull, status["ready"].boolValue != true {
      return isInit ? "running \(name)" : "\(name) is starting"
    }
    if !isInit || state["terminated"]["exitCode"].intValue != 0, let text = ended(state["terminated"]) {
      return "\(name) \(text)"
    }
    return nil
  }

  /// How a container ended: `ended with exit code 1: database is locked`.
  private static func ended(_ terminated: Value) -> String? {
    guard let code = terminated["exitCode"].intValue else { return nil }
    let reason = terminated["reason"].stringValue.flatMap { $0 == "Error" || $0 == "Completed" ? nil : " (\($0))" }
    let message = terminated["message"].stringValue.map { ": \($0)" }
    return "ended with exit code \(code)\(reason ?? "")\(message ?? "")"
  }

  /// The image whose pull began last and has not ended.
  private static func imageBeingPulled(by pod: Value, _ events: [Value]) -> String? {
    let last = newest(events, about: pod) {
      ["Pulling", "Pulled", "Failed"].contains($0["reason"].stringValue ?? "")
    }
    guard let last, last["reason"].stringValue == "Pulling", let message = last["message"].stringValue else {
      return nil
    }
    // The kubelet writes: Pulling image "name".
    let parts = message.split(separator: "\"")
    return parts.count > 1 ? String(parts[1]) : message
  }

  /// The newest event about a pod that fits. Times are RFC 3339 in UTC, so that their texts order like they do.
  private static func newest(_ events: [Value], about pod: Value, where fits: (Value) -> Bool) -> Value? {
    events.filter { $0["involvedObject"]["uid"] == pod["metadata"]["uid"] && fits($0) }
      .max { time($0) < time($1) }
  }

  /// When an event last happened, and for events of the same second the order in which the server saw them.
  private static func time(_ event: Value) -> (String, Int) {
    let moment =
      event["lastTimestamp"].stringValue ?? event["eventTime"].stringValue
      ?? event["metadata"]["creationTimestamp"].stringValue ?? ""
    return (moment, event["metadata"]["resourceVersion"].stringValue.flatMap { Int($0) } ?? 0)
  }
}
