public import Diagnostics
public import Documents

extension KubernetesClient {
  /// Waits until an object is as it should be, by watching it.
  ///
  /// - Parameters:
  ///   - reference: The object; it need not exist yet.
  ///   - condition: What is awaited.
  ///   - deadline: When to give up.
  ///   - report: Called with what is missing whenever that changes, for progress.
  /// - Returns: The object as it was then, nil if it does not exist then.
  /// - Throws: `DeadlineExceeded` with what was missing last, what the condition throws, or ``APIStatusError``.
  @discardableResult
  public func waitFor(
    _ reference: ObjectReference, until condition: Condition, deadline: Deadline,
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> Value? {
    let selection = Selection(
      type: reference.type, namespace: reference.namespace, labels: nil, fields: "metadata.name=\(reference.name)")
    let objects = try await wait(
      for: selection, awaiting: reference.description, deadline: deadline, report: report
    ) { objects in try condition.evaluate(objects.first) }
    return objects.first
  }

  /// Waits until the objects of a selection, taken together, are as they should be, by watching them.
  ///
  /// - Parameters:
  ///   - type: The resource.
  ///   - namespace: The namespace; nil for all of them, or for a resource without namespaces.
  ///   - labels: A label selector.
  ///   - fields: A field selector.
  ///   - deadline: When to give up.
  ///   - report: Called with what is missing whenever that changes, for progress.
  ///   - evaluate: Looks at the objects, in the order of their names; throws to end the wait early.
  /// - Returns: The objects as they were then.
  /// - Throws: `DeadlineExceeded` with what was missing last, what `evaluate` throws, or ``APIStatusError``.
  @discardableResult
  public func waitForAll(
    _ type: ResourceType, namespace: String? = nil, labels: String? = nil, fields: String? = nil, deadline: Deadline,
    report: @escaping @Sendable (String) -> Void = { _ in },
    until evaluate: @escaping @Sendable ([Value]) throws -> Readiness
  ) async throws -> [Value] {
    let selection = Selection(type: type, namespace: namespace, labels: labels, fields: fields)
    return try await wait(
      for: selection, awaiting: selection.description, deadline: deadline, report: report, until: evaluate)
  }

  private func wait(
    for selection: Selection, awaiting awaited: String, deadline: Deadline, report: @Sendable (String) -> Void,
    until evaluate: ([Value]) throws -> Readiness
  ) async throws -> [Value] {
    var objects = ObjectSet()
    var missing: String?
    do {
      let events = WatchEvents(client: self, selection: selection, resourceVersion: nil, deadline: deadline)
      for try await event in events {
        objects.apply(event)
        switch try evaluate(objects.sorted) {
        case .ready: return objects.sorted
        case .pending(let text):
          if text != missing { report(text) }
          missing = text
        }
      }
      return objects.sorted
    } catch is DeadlineExceeded {
      throw DeadlineExceeded(awaiting: missing.map { "\(awaited): \($0)" } ?? awaited)
    }
  }
}

/// The objects a watch tells of.
struct ObjectSet {
  private struct Key: Hashable, Comparable {
    let namespace: String
    let name: String

    init(_ object: Value) {
      namespace = object["metadata"]["namespace"].stringValue ?? ""
      name = object["metadata"]["name"].stringValue ?? ""
    }

    static func < (left: Key, right: Key) -> Bool { (left.namespace, left.name) < (right.namespace, right.name) }
  }

  private var objects: [Key: Value] = [:]

  mutating func apply(_ event: WatchEvent) {
    switch event {
    case .snapshot(let all): objects = Dictionary(all.map { (Key($0), $0) }, uniquingKeysWith: { _, last in last })
    case .added(let object), .modified(let object): objects[Key(object)] = object
    case .deleted(let object): objects[Key(object)] = nil
    }
  }

  /// All of them, by namespace and name.
  var sorted: [Value] {
    if objects.count < 2 { return Array(objects.values) }
    return objects.sorted { $0.key < $1.key }.map(\.value)
  }
}
