import Documents

/// Server-side apply: kubernetes.io/docs/reference/using-api/server-side-apply.
struct ServerSideApply {
  var manager: String
  var force: Bool
  var apiVersion: String
  var subresource: String
  var topology: Topology

  /// Merges what a manager wants into the live object.
  /// - Returns: the merged object with its new `managedFields`.
  /// - Throws: 409 with one cause per field that another manager owns with another value.
  func merge(live: Value, config: Value) throws(APIStatus) -> Value {
    let wanted = ManagedFields.ownable(config)
    let wantedFields = ManagedFields.withoutIdentity(FieldSet(of: wanted, topology))
    var managed = ManagedFields(of: live)
    if managed.entries.isEmpty, !live.isNull {
      managed.entries = [
        .init(
          manager: "before-first-apply", operation: "Update", apiVersion: apiVersion, subresource: "",
          time: timestamp(),
          fields: ManagedFields.withoutIdentity(FieldSet(of: ManagedFields.ownable(live), topology)))
      ]
    }
    let mine = managed.entries.firstIndex {
      $0.manager == manager && $0.operation == "Apply" && $0.subresource == subresource
    }
    var merged = live.isNull ? config : Self.combine(live, wanted, topology)

    let changed = FieldSet.changes(from: ManagedFields.ownable(live), to: ManagedFields.ownable(merged), topology)
      .changed
    var conflicts: [(entry: ManagedFields.Entry, fields: FieldSet)] = []
    for index in managed.entries.indices where index != mine {
      let common = managed.entries[index].fields.intersection(changed)
      guard !common.isEmpty else { continue }
      conflicts.append((managed.entries[index], common))
      if force { managed.entries[index].fields = managed.entries[index].fields.subtracting(common) }
    }
    if !conflicts.isEmpty, !force { throw conflict(conflicts) }

    let others = managed.entries.indices.filter { $0 != mine }.map { managed.entries[$0].fields }
      .reduce(FieldSet()) { $0.union($1) }
    if let mine {
      let dropped = managed.entries[mine].fields.subtracting(wantedFields)
      merged = Self.prune(merged, dropped, keeping: others.union(wantedFields), topology) ?? [:]
    }
    let entry = ManagedFields.Entry(
      manager: manager, operation: "Apply", apiVersion: apiVersion, subresource: subresource, time: timestamp(),
      fields: wantedFields)
    if let mine {
      if managed.entries[mine].fields != wantedFields { managed.entries[mine] = entry }
    } else if !wantedFields.isEmpty {
      managed.entries.append(entry)
    }
    managed.entries.removeAll { $0.fields.isEmpty }
    merged["metadata"]["managedFields"] = managed.value
    return merged
  }

  private func conflict(_ conflicts: [(entry: ManagedFields.Entry, fields: FieldSet)]) -> APIStatus {
    var causes: [APIStatus.Cause] = []
    var lines: [String] = []
    for (entry, fields) in conflicts {
      var who = "conflict with \"\(entry.manager)\""
      if !entry.subresource.isEmpty { who += " with subresource \"\(entry.subresource)\"" }
      if entry.operation == "Update" { who += " using \(entry.apiVersion)" }
      for path in fields.paths {
        causes.append(.init("FieldManagerConflict", who, field: path))
        lines.append("\(who): \(path)")
      }
    }
    let count = causes.count == 1 ? "1 conflict" : "\(causes.count) conflicts"
    let list = lines.count == 1 ? lines[0] : "\n- " + lines.joined(separator: "\n- ")
    var status = APIStatus(code: 409, reason: "Conflict", message: "Apply failed with \(count): \(list)")
    if lines.count > 1 { status.message = "Apply failed with \(count): conflicts" + list }
    status.causes = causes
    return status
  }

  /// Lays a configuration over a live object.
  static func combine(_ live: Value, _ wanted: Value, _ topology: Topology) -> Value {
    switch (live, wanted) {
    case (.object(var members), .object(let additions)):
      if topology.isAtomicMap { return wanted }
      for (name, addition) in additions {
        members[name] = combine(members[name] ?? .null, addition, topology.member(name))
      }
      return .object(members)
    case (.array(let elements), .array(let additions)):
      switch topology.listKind(additions.isEmpty ? elements : additions) {
      case .atomic: return wanted
      case .set: return .array(elements + additions.filter { !elements.contains($0) })
      case .map(let keys):
        var result = elements
        for addition in additions {
          let key = FieldSet.key(of: addition, keys)
          if let index = result.firstIndex(where: { FieldSet.key(of: $0, keys) == key }) {
            result[index] = combine(result[index], addition, topology.element)
          } else {
            result.append(addition)
          }
        }
        return .array(result)
      }
    default: return wanted
    }
  }

  /// Takes fields away that nobody else owns; nil if nothing is left.
  ///
  /// `nil` is also a value's `null`, so that absence is spelled `.none` here.
  private static func prune(_ value: Value, _ dropped: FieldSet, keeping: FieldSet, _ topology: Topology) -> Value? {
    if dropped.isMember, keeping.isEmpty { return nil }
    switch value {
    case .object(var members):
      guard !dropped.children.isEmpty else { return dropped.isMember && keeping.isEmpty ? .none : .some(value) }
      let hadMembers = !members.isEmpty
      for (name, child) in dropped.children where name.hasPrefix("f:") {
        let field = String(name.dropFirst(2))
        guard let member = members[field] else { continue }
        members[field] = prune(member, child, keeping: keeping.children[name] ?? FieldSet(), topology.member(field))
      }
      if members.isEmpty, hadMembers, keeping.isEmpty { return nil }
      return .object(members)
    case .array(let elements):
      guard !dropped.children.isEmpty else { return value }
      let kind = topology.listKind(elements)
      let result = elements.compactMap { element -> Value? in
        switch kind {
        case .atomic: return element
        case .set:
          let name = "v:" + JSON.string(element)
          return dropped.children[name] != nil && keeping.children[name] == nil ? .none : .some(element)
        case .map(let keys):
          let name = FieldSet.key(of: element, keys)
          guard let child = dropped.children[name] else { return element }
          return prune(element, child, keeping: keeping.children[name] ?? FieldSet(), topology.element)
        }
      }
      return result.isEmpty && keeping.isEmpty ? .none : .some(.array(result))
    default:
      return dropped.isMember && keeping.isEmpty ? .none : .some(value)
    }
  }
}
