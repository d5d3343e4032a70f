import Documents

/// The `managedFields` of an object, decoded.
struct ManagedFields: Sendable {
  struct Entry: Sendable, Equatable {
    var manager: String
    var operation: String
    var apiVersion: String
    var subresource: String
    var time: String
    var fields: FieldSet
  }

  var entries: [Entry]

  init(of object: Value) {
    entries = object["metadata"]["managedFields"].elements.compactMap { entry in
      guard let manager = entry["manager"].stringValue else { return nil }
      return Entry(
        manager: manager, operation: entry["operation"].stringValue ?? "Update",
        apiVersion: entry["apiVersion"].stringValue ?? "", subresource: entry["subresource"].stringValue ?? "",
        time: entry["time"].stringValue ?? "", fields: FieldSet(fieldsV1: entry["fieldsV1"]))
    }
  }

  var value: Value {
    .array(
      entries.map { entry in
        var value: Value = [
          "manager": .string(entry.manager), "operation": .string(entry.operation),
          "apiVersion": .string(entry.apiVersion), "time": .string(entry.time), "fieldsType": "FieldsV1",
          "fieldsV1": entry.fields.fieldsV1,
        ]
        if !entry.subresource.isEmpty { value["subresource"] = .string(entry.subresource) }
        return value
      })
  }

  /// Records that a manager changed an object by something other than apply.
  mutating func recordUpdate(
    from old: Value, to new: Value, manager: String, apiVersion: String, subresource: String, topology: Topology
  ) {
    var (changed, removed) = FieldSet.changes(from: Self.ownable(old), to: Self.ownable(new), topology)
    changed = Self.withoutIdentity(changed)
    removed = Self.withoutIdentity(removed)
    if changed.isEmpty, removed.isEmpty { return }
    let mine = entries.firstIndex {
      $0.manager == manager && $0.operation == "Update" && $0.subresource == subresource && $0.apiVersion == apiVersion
    }
    for index in entries.indices where index != mine {
      entries[index].fields = entries[index].fields.subtracting(changed).subtracting(removed)
    }
    if let mine {
      entries[mine].fields = entries[mine].fields.subtracting(removed).union(changed)
      entries[mine].time = timestamp()
    } else if !changed.isEmpty {
      entries.append(
        Entry(
          manager: manager, operation: "Update", apiVersion: apiVersion, subresource: subresource, time: timestamp(),
          fields: changed))
    }
    entries.removeAll { $0.fields.isEmpty }
  }

  /// An object without what nobody can own.
  static func ownable(_ object: Value) -> Value {
    var object = object
    object.removeValue(forKey: "apiVersion")
    object.removeValue(forKey: "kind")
    if !object["metadata"].isNull {
      for field in [
        "name", "namespace", "generateName", "uid", "resourceVersion", "generation", "creationTimestamp",
        "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "selfLink",
      ] {
        object["metadata"].removeValue(forKey: field)
      }
      if object["metadata"].members.isEmpty { object.removeValue(forKey: "metadata") }
    }
    return object
  }

  /// Without the root's own membership, which an empty object would leave.
  static func withoutIdentity(_ set: FieldSet) -> FieldSet {
    var set = set
    set.isMember = false
    return set
  }
}
