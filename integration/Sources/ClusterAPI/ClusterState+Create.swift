public import Documents

extension ClusterState {
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

  func stamp(_ object: inout Value, _ managed: ManagedFields) {
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
}
