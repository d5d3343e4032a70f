import Documents

/// How the elements of a list, or the members of a map, are told apart when objects are merged.
enum ListKind: Equatable {
  /// Replaced as a whole.
  case atomic
  /// A set of scalars.
  case set
  /// Objects told apart by these fields.
  case map([String])
}

/// The type of a field, as far as merging needs to know it.
///
/// Source: the `x-kubernetes-*` extensions and merge keys of the Kubernetes v1.36 OpenAPI document.
struct Topology: Sendable {
  private enum Node: Sendable {
    /// A field of a built-in kind, known by its name and its parent's.
    case builtIn(kind: String, field: String, parent: String)
    /// A field of a custom resource.
    case schema(Value)
    case untyped
  }

  private var node: Node

  /// The root of an object.
  init(resource: ResourceDefinition, version: String) {
    if resource.isCustom {
      node = .schema(resource.version(version)?.schema ?? .null)
    } else {
      node = .builtIn(kind: resource.kind, field: "", parent: "")
    }
  }

  private init(_ node: Node) { self.node = node }

  /// The type of a member.
  func member(_ name: String) -> Topology {
    switch node {
    case .builtIn(let kind, let field, _): return Topology(.builtIn(kind: kind, field: name, parent: field))
    case .untyped: return self
    case .schema(let schema):
      if name == "metadata", schema["type"].stringValue == "object", isRoot(schema) {
        return Topology(.builtIn(kind: "", field: "metadata", parent: ""))
      }
      let property = schema["properties"][name]
      if !property.isNull { return Topology(.schema(property)) }
      let additional = schema["additionalProperties"]
      return Topology(additional.objectValue == nil ? .untyped : .schema(additional))
    }
  }

  private func isRoot(_ schema: Value) -> Bool {
    !schema["properties"]["apiVersion"].isNull || !schema["properties"]["spec"].isNull
      || !schema["properties"]["metadata"].isNull
  }

  /// The type of an element.
  var element: Topology {
    switch node {
    case .builtIn: return self
    case .untyped: return self
    case .schema(let schema):
      return Topology(schema["items"].objectValue == nil ? .untyped : .schema(schema["items"]))
    }
  }

  /// Whether a map is replaced as a whole.
  var isAtomicMap: Bool {
    switch node {
    case .untyped: return false
    case .schema(let schema): return schema["x-kubernetes-map-type"].stringValue == "atomic"
    case .builtIn(let kind, let field, let parent):
      if field == "selector" { return parent == "spec" && kind != "ReplicationController" }
      if field == "data" || field == "binaryData" { return false }
      return Self.atomicMaps.contains(field)
    }
  }

  /// How a list with these elements is merged by server-side apply.
  func listKind(_ elements: [Value]) -> ListKind {
    switch node {
    case .untyped: return .atomic
    case .schema(let schema):
      switch schema["x-kubernetes-list-type"].stringValue {
      case "set": return .set
      case "map": return .map(schema["x-kubernetes-list-map-keys"].elements.compactMap(\.stringValue))
      default: return .atomic
      }
    case .builtIn(let kind, let field, _):
      if field == "finalizers" { return .set }
      if field == "ports" {
        if kind == "Service" { return .map(["port", "protocol"]) }
        return elements.contains { !$0["containerPort"].isNull } ? .map(["containerPort", "protocol"]) : .atomic
      }
      return Self.mapKeys[field].map { .map($0) } ?? .atomic
    }
  }

  /// The merge key of a list in a strategic merge patch; nil if the list is replaced.
  func patchMergeKey(_ elements: [Value]) -> String? {
    guard case .builtIn(let kind, let field, _) = node else { return nil }
    if field == "ports" {
      if kind == "Service" { return "port" }
      return elements.contains { !$0["containerPort"].isNull } ? "containerPort" : nil
    }
    if field == "topologySpreadConstraints" { return "topologyKey" }
    return Self.mapKeys[field]?.first
  }

  /// Whether a strategic merge patch adds to the list of scalars instead of replacing it.
  var patchMergesPrimitives: Bool {
    guard case .builtIn(_, let field, _) = node else { return false }
    return field == "finalizers"
  }

  private static let mapKeys: [String: [String]] = [
    "containers": ["name"], "initContainers": ["name"], "ephemeralContainers": ["name"], "volumes": ["name"],
    "volumeMounts": ["mountPath"], "volumeDevices": ["devicePath"], "env": ["name"], "imagePullSecrets": ["name"],
    "secrets": ["name"], "hostAliases": ["ip"], "conditions": ["type"], "ownerReferences": ["uid"],
    "webhooks": ["name"], "matchConditions": ["name"], "resourceClaims": ["name"], "podIPs": ["ip"],
    "hostIPs": ["ip"], "addresses": ["type"], "topologySpreadConstraints": ["topologyKey", "whenUnsatisfiable"],
    "schedulingGates": ["name"],
  ]

  private static let atomicMaps: Set<String> = [
    "nodeSelector", "labelSelector", "namespaceSelector", "objectSelector", "podSelector", "secretKeyRef",
    "configMapKeyRef", "fieldRef", "resourceFieldRef", "roleRef", "claimRef", "involvedObject", "nodeSelectorTerms",
    "secretRef", "dataSource", "aggregationRule",
  ]

  /// Defaults of list keys that an element may leave out.
  static func keyDefault(_ key: String) -> Value { key == "protocol" ? "TCP" : .null }
}
