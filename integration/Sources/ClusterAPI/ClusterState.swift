public import Documents

/// Everything a cluster knows: a value, changed by one request at a time.
public struct ClusterState: Sendable {
  /// One change, kept for watches that resume.
  public struct Event: Sendable {
    /// What happened.
    public enum Kind: String, Sendable {
      case added = "ADDED"
      case modified = "MODIFIED"
      case deleted = "DELETED"
    }
    /// The revision at which it happened.
    public var revision: Int
    /// What happened.
    public var kind: Kind
    /// To which resource.
    public var resource: ResourceID
    /// To which object.
    public var key: ObjectKey
    /// The object afterwards (when deleted: its last state).
    public var object: Value
    /// The object before.
    public var previous: Value
  }

  /// How many events are kept; older ones answer with 410.
  public static let historyLimit = 2_000

  /// The revision of the last change.
  public internal(set) var revision = 100
  /// What every resource holds.
  public internal(set) var objects: [ResourceID: [ObjectKey: Value]] = [:]
  /// What is served: built-in resources and established custom ones.
  public internal(set) var definitions: [ResourceID: ResourceDefinition] = [:]
  /// The last changes, oldest first.
  public internal(set) var history: [Event] = []
  /// Changes after this revision are in ``history``.
  public internal(set) var historyStart = 100
  /// Changes not written to the journal yet.
  var unwritten: [Event] = []
  /// What `/version` says.
  public var version = ClusterState.versionDefault
  /// The IPv4 range of cluster IPs: its first three octets.
  public var servicePrefix = "10.96"

  /// An empty cluster that serves the built-in resources.
  public init() {
    for definition in ResourceDefinition.builtIn { definitions[definition.id] = definition }
  }

  /// One object.
  public func object(_ resource: ResourceID, _ namespace: String, _ name: String) -> Value? {
    objects[resource]?[ObjectKey(namespace, name)]
  }

  /// The objects of a resource in order.
  public func list(_ resource: ResourceID, namespace: String? = nil) -> [Value] {
    (objects[resource] ?? [:]).filter { namespace == nil || $0.key.namespace == namespace }
      .sorted { $0.key < $1.key }.map(\.value)
  }

  /// The resource of a kind.
  public func definition(group: String, kind: String) -> ResourceDefinition? {
    definitions.values.first { $0.group == group && $0.kind == kind }
  }

  // MARK: Recording

  mutating func put(_ object: Value, _ definition: ResourceDefinition, _ key: ObjectKey) -> Value {
    revision += 1
    var object = object
    object["metadata"]["resourceVersion"] = .string("\(revision)")
    let previous = objects[definition.id]?[key] ?? .null
    objects[definition.id, default: [:]][key] = object
    record(
      Event(
        revision: revision, kind: previous.isNull ? .added : .modified, resource: definition.id, key: key,
        object: object, previous: previous))
    return object
  }

  @discardableResult
  mutating func drop(_ definition: ResourceDefinition, _ key: ObjectKey) -> Value {
    guard var object = objects[definition.id]?.removeValue(forKey: key) else { return .null }
    let previous = object
    revision += 1
    object["metadata"]["resourceVersion"] = .string("\(revision)")
    record(
      Event(
        revision: revision, kind: .deleted, resource: definition.id, key: key, object: object, previous: previous))
    return object
  }

  private mutating func record(_ event: Event) {
    history.append(event)
    if history.count > Self.historyLimit + 500 {
      history.removeFirst(history.count - Self.historyLimit)
      historyStart = (history.first?.revision ?? revision + 1) - 1
    }
    unwritten.append(event)
    if event.resource == .customResourceDefinitions { refreshCustomResources() }
  }

  /// Serves what the established CustomResourceDefinitions define.
  mutating func refreshCustomResources() {
    for (id, definition) in definitions where definition.isCustom { definitions.removeValue(forKey: id) }
    for crd in list(.customResourceDefinitions) {
      let established = crd["status"]["conditions"].elements.contains {
        $0["type"].stringValue == "Established" && $0["status"].stringValue == "True"
      }
      guard established, let definition = ResourceDefinition(customResourceDefinition: crd) else { continue }
      definitions[definition.id] = definition
    }
  }

  // MARK: Journal

  /// Takes what has to be written to the journal: one JSON line per change.
  public mutating func takeJournal() -> [UInt8] {
    var bytes: [UInt8] = []
    for event in unwritten {
      var line: Value = [
        "revision": Value(event.revision), "group": .string(event.resource.group),
        "plural": .string(event.resource.plural), "namespace": .string(event.key.namespace),
        "name": .string(event.key.name),
      ]
      if event.kind != .deleted { line["object"] = event.object }
      bytes += JSON.serialize(line) + [10]
    }
    unwritten = []
    return bytes
  }

  /// Reads a journal; a last line that was cut off is ignored. Watches from before are expired.
  public mutating func restore(journal: [UInt8]) {
    for line in journal.split(separator: 10) {
      guard let change = try? JSON.parse(Array(line)), let changed = change["revision"].intValue else { continue }
      let id = ResourceID(change["group"].stringValue ?? "", change["plural"].stringValue ?? "")
      let key = ObjectKey(change["namespace"].stringValue ?? "", change["name"].stringValue ?? "")
      if change["object"].isNull {
        objects[id]?.removeValue(forKey: key)
      } else {
        objects[id, default: [:]][key] = change["object"]
      }
      revision = max(revision, changed)
    }
    historyStart = revision
    refreshCustomResources()
  }

  /// The whole state as a journal of one line per object.
  public func compactedJournal() -> [UInt8] {
    var bytes: [UInt8] = []
    for (id, members) in objects {
      for (key, object) in members {
        let line: Value = [
          "revision": Value(revision), "group": .string(id.group), "plural": .string(id.plural),
          "namespace": .string(key.namespace), "name": .string(key.name), "object": object,
        ]
        bytes += JSON.serialize(line) + [10]
      }
    }
    return bytes
  }
}

extension ResourceID {
  /// `apiextensions.k8s.io/customresourcedefinitions`.
  public static let customResourceDefinitions = ResourceID("apiextensions.k8s.io", "customresourcedefinitions")
  /// `namespaces`.
  public static let namespaces = ResourceID("", "namespaces")
}
