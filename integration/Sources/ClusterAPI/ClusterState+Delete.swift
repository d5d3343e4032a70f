public import Documents

/// `DeleteOptions`, from the body or the query.
public struct DeleteOptions: Sendable {
  /// `Background`, `Foreground` or `Orphan`.
  public var propagation = "Background"
  /// The uid the object must have.
  public var uid: String?
  /// The resourceVersion the object must have.
  public var resourceVersion: String?
  /// Whether to answer without changing anything.
  public var dryRun = false

  /// Plain background deletion.
  public init() {}
}

extension ClusterState {
  /// Asks for an object to be deleted.
  /// - Returns: the object if it is still there, waiting for finalizers, or was of a kind that is returned; else a `Status`.
  public mutating func delete(_ target: Target, _ options: DeleteOptions) throws(APIStatus) -> Value {
    guard let current = object(target.definition.id, target.key.namespace, target.name) else {
      throw .notFound(target.definition, target.name)
    }
    let metadata = current["metadata"]
    for (field, wanted) in [("uid", options.uid), ("resourceVersion", options.resourceVersion)] {
      guard let wanted, wanted != metadata[field].stringValue else { continue }
      let label = field == "uid" ? "UID" : "ResourceVersion"
      throw .conflict(
        target.definition, target.name,
        "the \(label) in the precondition (\(wanted)) does not match the \(label) in record "
          + "(\(metadata[field].stringValue ?? "")). The object might have been deleted and then recreated")
    }
    if options.dryRun { return success(target, current) }
    if options.propagation == "Orphan" { orphanDependents(of: current) }
    let dependents = options.propagation == "Foreground" ? self.dependents(of: current) : []
    var marked = current
    if !dependents.isEmpty {
      var finalizers = metadata["finalizers"].elements
      if !finalizers.contains("foregroundDeletion") { finalizers.append("foregroundDeletion") }
      marked["metadata"]["finalizers"] = .array(finalizers)
    }
    let waits =
      !marked["metadata"]["finalizers"].elements.isEmpty
      || (target.definition.id == .namespaces && !marked["spec"]["finalizers"].elements.isEmpty)
    guard waits else {
      let removed = remove(target.definition, target.key)
      return Self.returned.contains(target.definition.id) ? removed : success(target, current)
    }
    if metadata["deletionTimestamp"].isNull {
      marked["metadata"]["deletionTimestamp"] = .string(timestamp())
      marked["metadata"]["deletionGracePeriodSeconds"] = 0
      if let generation = metadata["generation"].intValue { marked["metadata"]["generation"] = Value(generation + 1) }
      if target.definition.id == .namespaces { marked["status"]["phase"] = "Terminating" }
      marked = put(marked, target.definition, target.key)
    }
    for (definition, key, object) in dependents where blocks(object, metadata["uid"]) {
      _ = try? delete(
        Target(
          definition: definition, version: definition.storageVersion, namespace: key.namespace, name: key.name,
          subresource: ""), foreground)
    }
    finishForeground(target.definition, target.key)
    return object(target.definition.id, target.key.namespace, target.name) ?? marked
  }

  private var foreground: DeleteOptions {
    var options = DeleteOptions()
    options.propagation = "Foreground"
    return options
  }

  private static let returned: Set<ResourceID> = [
    .namespaces, ResourceID("", "pods"), ResourceID("", "services"), ResourceID("", "serviceaccounts"),
    ResourceID("", "persistentvolumeclaims"), ResourceID("", "persistentvolumes"), ResourceID("", "podtemplates"),
    ResourceID("", "resourcequotas"),
  ]

  private func success(_ target: Target, _ object: Value) -> Value {
    var details: Value = [
      "name": .string(target.name), "kind": .string(target.definition.plural), "uid": object["metadata"]["uid"],
    ]
    if !target.definition.group.isEmpty { details["group"] = .string(target.definition.group) }
    return ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details]
  }

  // MARK: Removal and its consequences

  /// Removes an object for good, and what only it owned.
  @discardableResult
  public mutating func remove(_ definition: ResourceDefinition, _ key: ObjectKey) -> Value {
    let removed = drop(definition, key)
    guard !removed.isNull else { return .null }
    if definition.id == .customResourceDefinitions { removeCustomObjects(of: removed) }
    for (definition, key, object) in dependents(of: removed) {
      if hasOtherOwner(object, than: removed["metadata"]["uid"]) { continue }
      _ = try? delete(
        Target(
          definition: definition, version: definition.storageVersion, namespace: key.namespace, name: key.name,
          subresource: ""), DeleteOptions())
    }
    for owner in removed["metadata"]["ownerReferences"].elements where owner["blockOwnerDeletion"].boolValue == true {
      guard let (definition, key) = find(owner, namespace: key.namespace) else { continue }
      finishForeground(definition, key)
    }
    return removed
  }

  /// Ends a foreground deletion once nothing blocks it any more.
  private mutating func finishForeground(_ definition: ResourceDefinition, _ key: ObjectKey) {
    guard var object = objects[definition.id]?[key] else { return }
    let finalizers = object["metadata"]["finalizers"].elements
    guard !object["metadata"]["deletionTimestamp"].isNull, finalizers.contains("foregroundDeletion"),
      !dependents(of: object).contains(where: { blocks($0.2, object["metadata"]["uid"]) })
    else { return }
    let rest = finalizers.filter { $0 != "foregroundDeletion" }
    object["metadata"]["finalizers"] = .array(rest)
    if rest.isEmpty {
      objects[definition.id]?[key] = object
      remove(definition, key)
    } else {
      _ = put(object, definition, key)
    }
  }

  private mutating func removeCustomObjects(of crd: Value) {
    guard let definition = ResourceDefinition(customResourceDefinition: crd) else { return }
    for key in (objects[definition.id] ?? [:]).keys.sorted() { remove(definition, key) }
    objects[definition.id] = nil
  }

  private func dependents(of owner: Value) -> [(ResourceDefinition, ObjectKey, Value)] {
    let uid = owner["metadata"]["uid"]
    var found: [(ResourceDefinition, ObjectKey, Value)] = []
    for (id, members) in objects {
      guard let definition = definitions[id] else { continue }
      for (key, object) in members
      where object["metadata"]["ownerReferences"].elements.contains(where: { $0["uid"] == uid }) {
        found.append((definition, key, object))
      }
    }
    return found.sorted { $0.1 < $1.1 }
  }

  private func blocks(_ object: Value, _ uid: Value) -> Bool {
    object["metadata"]["ownerReferences"].elements.contains {
      $0["uid"] == uid && $0["blockOwnerDeletion"].boolValue == true
    }
  }

  private func hasOtherOwner(_ object: Value, than uid: Value) -> Bool {
    object["metadata"]["ownerReferences"].elements.contains { reference in
      reference["uid"] != uid && find(reference, namespace: object["metadata"]["namespace"].stringValue ?? "") != nil
    }
  }

  /// The owner that a reference names, if it exists.
  public func find(_ reference: Value, namespace: String) -> (ResourceDefinition, ObjectKey)? {
    let group = (reference["apiVersion"].stringValue ?? "").split(separator: "/")
    let name = reference["name"].stringValue ?? ""
    for definition in definitions.values
    where definition.kind == reference["kind"].stringValue
      && definition.group == (group.count > 1 ? String(group[0]) : "")
    {
      let key = ObjectKey(definition.namespaced ? namespace : "", name)
      if let object = objects[definition.id]?[key], object["metadata"]["uid"] == reference["uid"] {
        return (definition, key)
      }
    }
    return nil
  }

  private mutating func orphanDependents(of owner: Value) {
    for (definition, key, object) in dependents(of: owner) {
      var object = object
      let rest = object["metadata"]["ownerReferences"].elements.filter { $0["uid"] != owner["metadata"]["uid"] }
      if rest.isEmpty {
        object["metadata"].removeValue(forKey: "ownerReferences")
      } else {
        object["metadata"]["ownerReferences"] = .array(rest)
      }
      _ = put(object, definition, key)
    }
  }
}
