public import Documents

extension ClusterState {
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
  mutating func replace(
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
  func specification(of object: Value, _ target: Target) -> Value {
    var object = object
    object.removeValue(forKey: "metadata")
    if target.hasStatus { object.removeValue(forKey: "status") }
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
