import Diagnostics
import Documents
import Kubernetes

extension ExportRun {
  /// How many logs are read at once.
  private static let width = 8

  /// `pods`: the logs of all containers of all namespaces, and of their runs before the present one.
  func savePodLogs(_ context: StepContext) async throws -> String? {
    let client = try facts.client.get()
    let pods = try await client.list(.pods, deadline: .after(.seconds(30))).items
    let wanted = pods.flatMap(PodLog.all)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, log) in wanted.enumerated() {
        if index >= Self.width {
          try await group.next()
          context.report("\(index) of \(wanted.count)", fraction: Double(index) / Double(wanted.count))
        }
        group.addTask {
          try await attempt(log.file) {
            let text = try await client.podLog(
              log.pod, namespace: log.namespace, container: log.container, previous: log.isPrevious,
              deadline: .after(.seconds(60)))
            return Array(text.utf8)
          }
        }
      }
      try await group.waitForAll()
    }
    return "\(wanted.count) logs of \(pods.count) pods"
  }

  /// `objects`: everything that can be listed, one file for each kind, and the events once more as lines.
  func saveObjects(_ context: StepContext) async throws -> String? {
    let client = try facts.client.get()
    let types = try await client.listableResourceTypes(deadline: .after(.seconds(30)))
    var count = 0
    for type in types {
      context.report(type.description)
      try await attempt("objects/\(type.description).yaml") {
        let items = try await client.list(type, deadline: .after(.seconds(60))).items
        count += items.count
        return Array(YAML.serialize(documents: items.map(ObjectRedaction.redact)).utf8)
      }
    }
    try await attempt("events.txt") {
      let events = try await client.list(.events, deadline: .after(.seconds(30))).items
      return Array(events.map(Self.line).sorted().map { $0 + "\n" }.joined().utf8)
    }
    return "\(count) of \(types.count) kinds"
  }

  /// An event in a line, by time.
  static func line(_ event: Value) -> String {
    func text(_ value: Value) -> String { value.stringValue ?? "" }
    let time =
      [event["lastTimestamp"], event["eventTime"], event["metadata"]["creationTimestamp"]]
      .compactMap(\.stringValue).first ?? ""
    let object = event["involvedObject"]
    let message = text(event["message"]).split(whereSeparator: \.isNewline).joined(separator: " ")
    return
      "\(time) \(text(event["type"])) \(text(object["namespace"]))/\(text(object["kind"]))/\(text(object["name"])) "
      + "\(text(event["reason"])): \(message)"
  }
}

/// One log of a pod.
struct PodLog: Sendable, Hashable {
  let namespace: String
  let pod: String
  let container: String
  let isPrevious: Bool

  /// Its file in the export.
  var file: String { "pods/\(namespace)/\(pod)/\(container)\(isPrevious ? ".previous" : "").log" }

  /// The logs that a pod has: of each container that was started, and of its run before, if there was one.
  static func all(of pod: Value) -> [PodLog] {
    guard let name = pod["metadata"]["name"].stringValue, let namespace = pod["metadata"]["namespace"].stringValue
    else { return [] }
    let states =
      pod["status"]["initContainerStatuses"].elements + pod["status"]["containerStatuses"].elements
      + pod["status"]["ephemeralContainerStatuses"].elements
    return states.flatMap { state -> [PodLog] in
      guard let container = state["name"].stringValue else { return [] }
      var logs: [PodLog] = []
      if state["state"]["waiting"].isNull || (state["restartCount"].intValue ?? 0) > 0 {
        logs.append(PodLog(namespace: namespace, pod: name, container: container, isPrevious: false))
      }
      if !state["lastState"]["terminated"].isNull {
        logs.append(PodLog(namespace: namespace, pod: name, container: container, isPrevious: true))
      }
      return logs
    }
  }
}
