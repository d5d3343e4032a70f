public import Documents

/// Options that come with a write.
public struct WriteOptions: Sendable {
  /// Who writes.
  public var fieldManager = "unknown"
  /// Whether to answer without changing anything.
  public var dryRun = false
  /// `Strict`, `Warn` or `Ignore`.
  public var fieldValidation = "Warn"
  /// Server-side apply: take fields from other managers.
  public var force = false

  /// The server's own controllers.
  public static let controller = WriteOptions(fieldManager: "kube-controller-manager")

  /// Options of a client.
  public init(
    fieldManager: String = "unknown", dryRun: Bool = false, fieldValidation: String = "Warn", force: Bool = false
  ) {
    self.fieldManager = fieldManager
    self.dryRun = dryRun
    self.fieldValidation = fieldValidation
    self.force = force
  }
}

/// How a patch is meant.
public enum PatchKind: Sendable {
  case json, merge, strategic, apply
}

/// An object, or a collection, as a path names it.
public struct Target: Sendable {
  /// Which resource.
  public var definition: ResourceDefinition
  /// Under which version it was asked for.
  public var version: String
  /// Empty for cluster-scoped resources, nil for all namespaces.
  public var namespace: String?
  /// Empty for a collection.
  public var name: String
  /// `status`, `scale`, or empty.
  public var subresource: String

  /// Names an object.
  public init(definition: ResourceDefinition, version: String, namespace: String?, name: String, subresource: String) {
    self.definition = definition
    self.version = version
    self.namespace = namespace
    self.name = name
    self.subresource = subresource
  }

  var key: ObjectKey { ObjectKey(namespace ?? "", name) }
  var apiVersion: String { definition.apiVersion(version) }
  var hasStatus: Bool { definition.version(version)?.hasStatus ?? false }
  var topology: Topology { Topology(resource: definition, version: version) }
}

extension ClusterState {
  /// A resource as the server's own controllers name it.
  public func target(_ resource: ResourceID, _ namespace: String, _ name: String, _ subresource: String = "") -> Target?
  {
    guard let definition = definitions[resource] else { return nil }
    return Target(
      definition: definition, version: definition.storageVersion, namespace: namespace, name: name,
      subresource: subresource)
  }

  // MARK: Create

  /// Creates an object.
  /// - Parameters:
  ///   - target: the collection.
  ///   - body: the object.
  ///   - options: who writes, and how.
  ///   - warnings: receives the texts for `Warning` headers.
  /// - Returns: the object as it is kept.
  /// - Throws: ``APIStatus`` for a refusal.
  public mutating func create(_ target: Target, _ body: Value, _ options: WriteOptions, warnings: inout [String])
    throws(APIStatus) -> Value
  {
    var target = target
    var object = body
    try identify(&object, &target)
    if target.name.isEmpty {
      guard let prefix = object["metadata"]["generateName"].stringValue, !prefix.isEmpty else {
        throw .invalid(
          target.definition, "",
          [.init("FieldValueRequired", "Required value: name or generateName is required", field: "metadata.name")])
      }
      target.name = prefix + randomSuffix()
      object["metadata"]["name"] = .string(target.name)
    }
    if let version = object["metadata"]["resourceVersion"].stringValue, !version.isEmpty {
      throw .badRequest("resourceVersion should not be set on objects to be created")
    }
    try checkNamespace(target)
    guard self.object(target.definition.id, target.key.namespace, target.name) == nil else {
      throw .alreadyExists(target.definition, target.name)
    }
    object = try admitted(object, nil, target, options, &warnings)
    if target.hasStatus, target.subresource.isEmpty { object.removeValue(forKey: "status") }
    object = initialStatus(object, target)
    var managed = ManagedFields(of: .null)
    managed.recordUpdate(
      from: .null, to: object, manager: options.fieldManager, apiVersion: target.apiVersion, subresource: "",
      topology: target.topology)
    stamp(&object, managed)
    try validate(object, nil, target)
    if options.dryRun { return converted(object, target) }
    return converted(put(object, target.definition, target.key), target)
  }

  private func stamp(_ object: inout Value, _ managed: ManagedFields) {
    object["metadata"]["uid"] = .string(makeUID())
    object["metadata"]["creationTimestamp"] = .string(timestamp())
    if hasGeneration(object) { object["metadata"]["generation"] = 1 }
    object["metadata"].removeValue(forKey: "deletionTimestamp")
    object["metadata"].removeValue(forKey: "selfLink")
    object["metadata"]["managedFields"] = managed.value
  }

  /// Only objects with a desired state are counted.
  private func hasGeneration(_ object: Value) -> Bool {
    let kinds: Set = ["Namespace", "Service", "Node", "PersistentVolume", "PersistentVolumeClaim"]
    let kind = object["kind"].stringValue ?? ""
    return !kinds.contains(kind) && (!object["spec"].isNull || !object["webhooks"].isNull || kind == "CronJob")
      || !(object["apiVersion"].stringValue ?? "").hasSuffix("v1")
  }

  // MARK: Update

  /// Replaces an object, or its status.
  public mutating func update(_ target: Target, _ body: Value, _ options: WriteOptions, warnings: inout [String])
    throws(APIStatus) -> Value
  {
    var target = target
    var object = body
    try identify(&object, &target)
    guard let current = self.object(target.definition.id, target.key.namespace, target.name) else {
      throw .notFound(target.definition, target.name)
    }
    return try replace(current, with: object, target, options, managed: nil, &warnings)
  }

  // `managed`: the managed fields that server-side apply has worked out; nil to record an update.
  private mutating func replace(
    _ current: Value, with wanted: Value, _ target: Target, _ options: WriteOptions, managed: Value?,
    _ warnings: inout [String]
  ) throws(APIStatus) -> Value {
    var object = wanted
    let metadata = current["metadata"]
    if let version = object["metadata"]["resourceVersion"].stringValue, !version.isEmpty,
      version != metadata["resourceVersion"].stringValue
    {
      throw .conflict(target.definition, target.name, APIStatus.modified)
    }
    if let uid = object["metadata"]["uid"].stringValue, !uid.isEmpty, uid != metadata["uid"].stringValue {
      throw .conflict(
        target.definition, target.name,
        "Precondition failed: UID in precondition: \(uid), UID in object meta: \(metadata["uid"].stringValue ?? "")")
    }
    if target.subresource == "status" {
      var changed = current
      changed["status"] = object["status"]
      changed["metadata"]["managedFields"] = object["metadata"]["managedFields"]
      object = changed
      if object["status"].isNull { object.removeValue(forKey: "status") }
    } else if target.hasStatus {
      object.removeValue(forKey: "status")
      if !current["status"].isNull { object["status"] = current["status"] }
    }
    for field in [
      "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink",
    ] {
      if metadata[field].isNull {
        object["metadata"].removeValue(forKey: field)
      } else {
        object["metadata"][field] = metadata[field]
      }
    }
    object = try admitted(object, current, target, options, &warnings)
    if let managed {
      object["metadata"]["managedFields"] = managed
    } else {
      var fields = ManagedFields(of: current)
      fields.recordUpdate(
        from: current, to: object, manager: options.fieldManager, apiVersion: target.apiVersion,
        subresource: target.subresource, topology: target.topology)
      object["metadata"]["managedFields"] = fields.value
    }
    object["metadata"]["resourceVersion"] = metadata["resourceVersion"]
    if specification(of: object, target) != specification(of: current, target), target.subresource != "status",
      !metadata["generation"].isNull
    {
      object["metadata"]["generation"] = Value((metadata["generation"].intValue ?? 1) + 1)
    }
    try validate(object, current, target)
    if object == current || options.dryRun { return converted(object, target) }
    let isFinished = !metadata["deletionTimestamp"].isNull && object["metadata"]["finalizers"].elements.isEmpty
    if isFinished, object["spec"]["finalizers"].elements.isEmpty || target.definition.id != .namespaces {
      objects[target.definition.id]?[target.key] = object
      return converted(remove(target.definition, target.key), target)
    }
    return converted(put(object, target.definition, target.key), target)
  }

  /// What counts for `generation`: all but metadata and status.
  private func specification(of object: Value, _ target: Target) -> Value {
    var object = object
    object.removeValue(forKey: "metadata")
    if target.hasStatus { object.removeValue(forKey: "status") }
    return object
  }

  // MARK: Patch

  /// Changes an object by a patch.
  /// - Returns: the object, and whether it was created.
  public mutating func patch(
    _ target: Target, _ patch: Value, _ kind: PatchKind, _ options: WriteOptions, warnings: inout [String]
  ) throws(APIStatus) -> (object: Value, created: Bool) {
    let current = object(target.definition.id, target.key.namespace, target.name)
    if kind == .apply { return try apply(target, patch, current, options, &warnings) }
    guard let current else { throw .notFound(target.definition, target.name) }
    let shown = converted(current, target)
    var changed: Value
    switch kind {
    case .json: changed = try Patches.json(shown, patch)
    case .merge: changed = Patches.merge(shown, patch)
    default:
      guard !target.definition.isCustom else {
        throw .unsupportedMediaType("application/strategic-merge-patch+json")
      }
      changed = try StrategicMergePatch.apply(shown, patch, target.topology)
    }
    var target = target
    try identify(&changed, &target)
    return (try replace(current, with: changed, target, options, managed: nil, &warnings), false)
  }

  private mutating func apply(
    _ target: Target, _ config: Value, _ current: Value?, _ options: WriteOptions, _ warnings: inout [String]
  ) throws(APIStatus) -> (object: Value, created: Bool) {
    var target = target
    var config = config
    if !config["metadata"]["managedFields"].elements.isEmpty {
      throw .badRequest("metadata.managedFields must be nil")
    }
    try identify(&config, &target)
    if target.definition.isCustom, let schema = target.definition.version(target.version)?.schema {
      var unknown: [String] = []
      config = StructuralSchema(schema: schema).prune(config, unknown: &unknown)
      try report(unknown, options, &warnings)
    }
    let merge = ServerSideApply(
      manager: options.fieldManager, force: options.force, apiVersion: target.apiVersion,
      subresource: target.subresource, topology: target.topology)
    if let current {
      var wanted = config
      let version = wanted["metadata"].removeValue(forKey: "resourceVersion")
      if target.subresource == "status" {
        wanted = ["apiVersion": config["apiVersion"], "kind": config["kind"], "status": config["status"]]
      } else if target.hasStatus {
        wanted.removeValue(forKey: "status")
      }
      var merged = try merge.merge(live: converted(current, target), config: wanted)
      if let version { merged["metadata"]["resourceVersion"] = version }
      let managed = merged["metadata"]["managedFields"]
      return (try replace(current, with: merged, target, options, managed: managed, &warnings), false)
    }
    guard target.subresource.isEmpty else { throw .notFound(target.definition, target.name) }
    try checkNamespace(target)
    if target.hasStatus { config.removeValue(forKey: "status") }
    let managed = ManagedFields(of: try merge.merge(live: .null, config: config))
    var object = try admitted(config, nil, target, options, &warnings)
    object = initialStatus(object, target)
    stamp(&object, managed)
    try validate(object, nil, target)
    if options.dryRun { return (converted(object, target), true) }
    return (converted(put(object, target.definition, target.key), target), true)
  }

  // MARK: Common steps

  /// Checks that the body is what the path says, and completes it.
  private func identify(_ object: inout Value, _ target: inout Target) throws(APIStatus) {
    guard object.objectValue != nil else { throw .badRequest("the object provided is not a JSON object") }
    let kind = object["kind"].stringValue ?? ""
    let apiVersion = object["apiVersion"].stringValue ?? ""
    if kind.isEmpty { object["kind"] = .string(target.definition.kind) }
    if apiVersion.isEmpty { object["apiVersion"] = .string(target.apiVersion) }
    if !kind.isEmpty, kind != target.definition.kind {
      throw .badRequest(
        "\(kind) in version \"\(target.version)\" cannot be handled as a \(target.definition.kind): strict decoding error: "
          + "kind does not match")
    }
    if !apiVersion.isEmpty, apiVersion != target.apiVersion {
      throw .badRequest(
        "the API version in the data (\(apiVersion)) does not match the expected API version (\(target.apiVersion))")
    }
    let name = object["metadata"]["name"].stringValue ?? ""
    if target.name.isEmpty {
      target.name = name
    } else if name.isEmpty {
      object["metadata"]["name"] = .string(target.name)
    } else if name != target.name {
      throw .badRequest(
        "the name of the object (\(name)) does not match the name on the URL (\(target.name))")
    }
    if target.definition.namespaced {
      let namespace = object["metadata"]["namespace"].stringValue ?? ""
      if namespace.isEmpty {
        object["metadata"]["namespace"] = .string(target.namespace ?? "")
      } else if namespace != target.namespace {
        throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
      }
    } else {
      object["metadata"].removeValue(forKey: "namespace")
    }
  }

  private func checkNamespace(_ target: Target) throws(APIStatus) {
    guard target.definition.namespaced, let namespace = target.namespace else { return }
    guard let found = object(.namespaces, "", namespace) else {
      throw .notFound(definitions[.namespaces] ?? target.definition, namespace)
    }
    guard found["metadata"]["deletionTimestamp"].isNull else {
      var status = APIStatus.forbidden(
        target.definition, target.name,
        "unable to create new content in namespace \(namespace) because it is being terminated")
      status.causes = [
        .init("NamespaceTerminating", "namespace \(namespace) is being terminated", field: "metadata.namespace")
      ]
      throw status
    }
  }

  private func admitted(
    _ object: Value, _ current: Value?, _ target: Target, _ options: WriteOptions, _ warnings: inout [String]
  ) throws(APIStatus) -> Value {
    guard target.definition.isCustom else { return try Defaults.apply(object, current, target, self) }
    guard let schema = target.definition.version(target.version)?.schema, !schema.isNull else { return object }
    let structural = StructuralSchema(schema: schema)
    var unknown: [String] = []
    var pruned = structural.prune(object, unknown: &unknown)
    try report(unknown, options, &warnings)
    pruned = structural.defaulted(pruned)
    return pruned
  }

  private func report(_ unknown: [String], _ options: WriteOptions, _ warnings: inout [String]) throws(APIStatus) {
    guard !unknown.isEmpty else { return }
    let texts = unknown.map { "unknown field \"\($0)\"" }
    if options.fieldValidation == "Strict" {
      throw .badRequest("strict decoding error: " + texts.joined(separator: ", "))
    }
    if options.fieldValidation == "Warn" { warnings += texts }
  }

  private func validate(_ object: Value, _ current: Value?, _ target: Target) throws(APIStatus) {
    var causes = Validation.check(object, current, target)
    if target.definition.isCustom, let schema = target.definition.version(target.version)?.schema, !schema.isNull {
      causes += StructuralSchema(schema: schema).validate(object)
    }
    if !causes.isEmpty { throw .invalid(target.definition, target.name, causes) }
  }

  /// The object in the version that was asked for (conversion strategy `None`).
  func converted(_ object: Value, _ target: Target) -> Value {
    guard target.definition.isCustom, target.definition.versions.count > 1 else { return object }
    var object = object
    object["apiVersion"] = .string(target.apiVersion)
    return object
  }
}

extension ClusterState {
  /// Writes an object as the server's own controllers do: no admission, no managed fields; unchanged objects are left.
  @discardableResult
  public mutating func store(
    _ resource: ResourceID, _ namespace: String, _ name: String, _ change: (inout Value) -> Void
  ) -> Value {
    guard let target = target(resource, namespace, name) else { return .null }
    let current = object(resource, namespace, name)
    var object =
      current ?? [
        "apiVersion": .string(target.apiVersion), "kind": .string(target.definition.kind),
        "metadata": ["name": .string(name)],
      ]
    if current == nil, target.definition.namespaced { object["metadata"]["namespace"] = .string(namespace) }
    change(&object)
    if object == current { return object }
    if current == nil {
      if let complete = try? Defaults.apply(object, nil, target, self) { object = complete }
      if object["status"].isNull { object = initialStatus(object, target) }
      stamp(&object, ManagedFields(of: .null))
      object["metadata"].removeValue(forKey: "managedFields")
    } else if specification(of: object, target) != specification(of: current ?? .null, target),
      !object["metadata"]["generation"].isNull
    {
      object["metadata"]["generation"] = Value((object["metadata"]["generation"].intValue ?? 1) + 1)
    }
    return put(object, target.definition, target.key)
  }
}
